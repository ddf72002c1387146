"""A model's card gives the parameters its maker publishes, and a config.json gives the card."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from siliconomics.core import BadRequest
from siliconomics.facts import load
from siliconomics.facts.config_json import NO_LIMIT, card_of

PUBLISHED = {  # billions of parameters: in all, at work on one token; embeddings at work as the maker counts them
    "DeepSeek-R1": (671.0, 37, "head"),
    "DeepSeek-V3.2": (671.0, 37, "head"),
    "Llama-3.1-8B": (8.03, None, ""),
    "Llama-3.1-70B": (70.6, None, ""),
    "Llama-3.3-70B": (70.6, None, ""),
    "Llama-3.1-405B": (405.9, None, ""),
    "Llama-2-70B": (69.0, None, ""),
    "Qwen3-8B": (8.2, None, ""),
    "Qwen3-32B": (32.8, None, ""),
    "Qwen3-30B-A3B": (30.5, 3.3, "both"),
    "Qwen3-235B-A22B": (235, 22, "both"),
    "Mixtral-8x7B": (46.7, 12.9, "both"),
    "gpt-oss-120b": (116.8, 5.1, "head"),
    "Kimi-K2": (1040, 32, "head"),
    "GLM-4.5-Air": (106, 12, "none"),
    "Qwen2.5-72B": (72.7, None, ""),
}
PRINTED_COARSELY = {"Qwen3-30B-A3B": 0.02, "GLM-4.5-Air": 0.02}
"""Active parameters that are published to fewer digits than a hundredth and a half: 3.353 as 3.3, 12.18 as 12."""

FACTS = load()


def card(model: str) -> dict[str, float]:
    values = {}
    for (quantity, *labels), found in FACTS.facts.items():
        if labels == [model] and FACTS.declarations[quantity].dimensions == ("model",):
            values[quantity] = float(found[0].value)
    return values


def parameters(m: dict[str, float]) -> tuple[float, float, float]:
    """Weights in all, weights of the body at work on one token, weights of one embedding table; in billions."""
    hidden, heads = m["hidden_width"], m["attention_heads"]
    key, value = m["head_width"], m["value_head_width"]
    if m["is_latent_attention"]:
        rank, latent, rope = m["query_lora_rank"], m["latent_width"], m["rope_width"]
        attention = hidden * rank + rank * heads * (key + rope) + hidden * (latent + rope)
        attention += latent * heads * (key + value) + heads * value * hidden
    else:
        attention = hidden * (heads * key + m["key_value_heads"] * (key + value)) + heads * value * hidden
    indexer = m["index_head_width"] * (m["query_lora_rank"] * m["index_heads"] + hidden) + hidden * m["index_heads"]
    expert = 3 * hidden * m["expert_width"]
    always = m["transformer_layers"] * (attention + indexer)
    always += m["dense_mlp_layers"] * 3 * hidden * m["dense_mlp_width"]
    always += m["moe_layers"] * (m["shared_experts"] * expert + m["routed_experts"] * hidden)
    table = hidden * m["vocabulary"]
    total = always + m["moe_layers"] * m["routed_experts"] * expert + table * (2 - m["tied_embeddings"])
    active = always + m["moe_layers"] * m["active_routed_experts"] * expert
    return total / 1e9, active / 1e9, table / 1e9


@pytest.mark.parametrize("model", PUBLISHED)
def test_parameters_are_those_published(model):
    published, published_active, counted = PUBLISHED[model]
    total, body, table = parameters(card(model))
    assert total == pytest.approx(published, rel=0.015)
    if published_active is not None:
        active = body + {"head": 1, "both": 2, "none": 0}[counted] * table
        assert active == pytest.approx(published_active, rel=PRINTED_COARSELY.get(model, 0.015))


def test_every_card_has_a_published_total_and_every_quantity():
    quantities = {
        name for name, one in FACTS.declarations.items() if one.dimensions == ("model",) and one.chapter == "model"
    }
    assert set(FACTS.cards["model"]) == set(PUBLISHED)
    for model in PUBLISHED:
        assert quantities <= set(card(model)), model


def test_layers_are_dense_or_of_experts():
    for model in PUBLISHED:
        m = card(model)
        assert m["dense_mlp_layers"] + m["moe_layers"] == m["transformer_layers"]
        assert m["sliding_window_layers"] <= m["transformer_layers"]


@pytest.mark.parametrize(
    ("spelling", "model"),
    [
        ("deepseek-r1", "DeepSeek-R1"),
        ("DeepSeek-R1-0528", "DeepSeek-R1"),
        ("DeepSeek-V3", "DeepSeek-R1"),
        ("DeepSeek-V3/R1", "DeepSeek-R1"),
        ("DeepSeek-R1/V3", "DeepSeek-R1"),
        ("Kimi-K2 (1T MoE, MLA)", "Kimi-K2"),
        ("llama 3.3 70b", "Llama-3.3-70B"),
        ("GPT-OSS-120B", "gpt-oss-120b"),
    ],
)
def test_usual_spellings_find_the_card(spelling, model):
    assert FACTS.label("model", spelling) == model


# -- config.json ------------------------------------------------------------------------------------

DENSE = {"hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 8, "torch_dtype": "bfloat16"}
LATENT = {
    "model_type": "deepseek_v3", "num_hidden_layers": 61, "hidden_size": 7168, "num_attention_heads": 128,
    "num_key_value_heads": 128, "q_lora_rank": 1536, "kv_lora_rank": 512, "qk_nope_head_dim": 128,
    "qk_rope_head_dim": 64, "v_head_dim": 128, "first_k_dense_replace": 3, "intermediate_size": 18432,
    "moe_intermediate_size": 2048, "moe_layer_freq": 1, "n_routed_experts": 256, "num_experts_per_tok": 8,
    "n_shared_experts": 1, "num_nextn_predict_layers": 1, "vocab_size": 129280, "torch_dtype": "bfloat16",
    "quantization_config": {"quant_method": "fp8"},
}  # fmt: skip
CONFIGS = {
    "Llama-3.1-8B": {
        **DENSE, "model_type": "llama", "num_hidden_layers": 32, "intermediate_size": 14336, "vocab_size": 128256,
    },
    "Qwen2.5-72B": {
        "model_type": "qwen2", "hidden_size": 8192, "num_attention_heads": 64, "num_key_value_heads": 8,
        "num_hidden_layers": 80, "intermediate_size": 29568, "vocab_size": 152064, "sliding_window": 131072,
        "use_sliding_window": False, "torch_dtype": "bfloat16",
    },
    "Qwen3-32B": {
        "model_type": "qwen3", "hidden_size": 5120, "head_dim": 128, "num_attention_heads": 64, "num_key_value_heads": 8,
        "num_hidden_layers": 64, "intermediate_size": 25600, "vocab_size": 151936, "sliding_window": None,
        "torch_dtype": "bfloat16",
    },
    "Qwen3-30B-A3B": {
        "model_type": "qwen3_moe", "hidden_size": 2048, "head_dim": 128, "num_attention_heads": 32,
        "num_key_value_heads": 4, "num_hidden_layers": 48, "intermediate_size": 6144, "moe_intermediate_size": 768,
        "num_experts": 128, "num_experts_per_tok": 8, "decoder_sparse_step": 1, "mlp_only_layers": [],
        "vocab_size": 151936, "torch_dtype": "bfloat16",
    },
    "Mixtral-8x7B": {
        **DENSE, "model_type": "mixtral", "num_hidden_layers": 32, "intermediate_size": 14336, "vocab_size": 32000,
        "num_local_experts": 8, "num_experts_per_tok": 2, "sliding_window": None,
    },
    "gpt-oss-120b": {
        "model_type": "gpt_oss", "hidden_size": 2880, "head_dim": 64, "num_attention_heads": 64,
        "num_key_value_heads": 8, "num_hidden_layers": 36, "intermediate_size": 2880, "num_local_experts": 128,
        "experts_per_token": 4, "vocab_size": 201088, "sliding_window": 128,
        "layer_types": ["sliding_attention", "full_attention"] * 18, "quantization_config": {"quant_method": "mxfp4"},
    },
    "GLM-4.5-Air": {
        "model_type": "glm4_moe", "hidden_size": 4096, "head_dim": 128, "num_attention_heads": 96,
        "num_key_value_heads": 8, "num_hidden_layers": 46, "intermediate_size": 10944, "moe_intermediate_size": 1408,
        "n_routed_experts": 128, "num_experts_per_tok": 8, "n_shared_experts": 1, "first_k_dense_replace": 1,
        "num_nextn_predict_layers": 1, "vocab_size": 151552, "torch_dtype": "bfloat16",
    },
    "DeepSeek-R1": LATENT,
    "DeepSeek-V3.2": {
        **LATENT, "model_type": "deepseek_v32", "index_topk": 2048, "index_n_heads": 64, "index_head_dim": 128,
    },
    "Kimi-K2": {
        **LATENT, "model_type": "kimi_k2", "num_attention_heads": 64, "num_key_value_heads": 64, "n_routed_experts": 384,
        "first_k_dense_replace": 1, "num_nextn_predict_layers": 0, "vocab_size": 163840,
    },
}  # fmt: skip


@pytest.mark.parametrize("model", CONFIGS)
def test_a_configuration_gives_the_card(model, tmp_path: Path):
    ours = {
        quantity: value for quantity, value in card(model).items() if FACTS.declarations[quantity].chapter == "model"
    }
    assert card_of(CONFIGS[model]) == ours
    path = tmp_path / "config.json"
    path.write_text(json.dumps(CONFIGS[model]), encoding="utf-8")
    assert card_of(path) == card_of(tmp_path) == ours


def test_a_configuration_inside_another_is_found():
    outer = {"model_type": "kimi_k25", "text_config": CONFIGS["Kimi-K2"]}
    assert card_of(outer) == card_of(CONFIGS["Kimi-K2"])


def test_attention_without_a_limit_sees_any_context():
    assert card_of(CONFIGS["Llama-3.1-8B"])["sparse_attention_tokens"] == NO_LIMIT


def test_all_missing_keys_are_named_at_once():
    config = {key: value for key, value in LATENT.items() if key not in ("kv_lora_rank", "n_routed_experts")}
    with pytest.raises(BadRequest) as refused:
        card_of(config)
    assert len(refused.value.problems) == 2
    assert "'kv_lora_rank' is missing" in str(refused.value)
    assert "'n_routed_experts' or 'num_local_experts' or 'num_experts' is missing" in str(refused.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model_type": "mamba"}, "'mamba' cannot be read"),
        ({"model_type": None}, "names no architecture"),
        ({"num_hidden_layers": 0}, "num_hidden_layers = 0 is not a whole number"),
        ({"num_hidden_layers": "32"}, "num_hidden_layers = '32' is not a whole number"),
        ({"hidden_size": 4096.5}, "hidden_size = 4096.5"),
        ({"torch_dtype": "fp7"}, "'fp7' is not known"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(change, message):
    with pytest.raises(BadRequest, match=message):
        card_of({**CONFIGS["Llama-3.1-8B"], **change})


def test_a_file_that_is_no_configuration_is_refused(tmp_path: Path):
    for name, text in {"none.json": None, "broken.json": "{", "list.json": "[]"}.items():
        path = tmp_path / name
        if text is not None:
            path.write_text(text, encoding="utf-8")
        with pytest.raises(BadRequest, match=name):
            card_of(path)
