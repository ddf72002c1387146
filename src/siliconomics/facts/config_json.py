"""Reading the shape of a language model from the config.json it was published with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest

NO_LIMIT = 1e9
"""Tokens beyond any context: what stands for attention that sees all of it."""

_GROUPED = ("llama", "mistral", "qwen2", "qwen3", "qwen3_moe", "mixtral", "gpt_oss", "glm4_moe")
_LATENT = ("deepseek_v3", "deepseek_v32", "kimi_k2")
FAMILIES = (*_GROUPED, *_LATENT)
"""Architectures (``model_type``) that can be read."""

_ARCHITECTURES = {
    "LlamaForCausalLM": "llama",
    "MistralForCausalLM": "mistral",
    "Qwen2ForCausalLM": "qwen2",
    "Qwen3ForCausalLM": "qwen3",
    "Qwen3MoeForCausalLM": "qwen3_moe",
    "MixtralForCausalLM": "mixtral",
    "GptOssForCausalLM": "gpt_oss",
    "Glm4MoeForCausalLM": "glm4_moe",
    "DeepseekV3ForCausalLM": "deepseek_v3",
    "DeepseekV32ForCausalLM": "deepseek_v32",
}

_BITS = {
    "float32": 32.0, "bfloat16": 16.0, "float16": 16.0, "fp8": 8.0, "fbgemm_fp8": 8.0, "mxfp4": 4.0, "nvfp4": 4.0,
    "awq": 4.0, "gptq": 4.0,
}  # fmt: skip


def card_of(config: str | Path | Mapping[str, Any]) -> dict[str, float]:
    """Every quantity of a model's card, from a config.json (its path, its folder, or its content)."""
    if isinstance(config, Mapping):
        content, where = dict(config), "the configuration"
    else:
        content, where = _content(Path(config))
    if isinstance(content.get("text_config"), dict):  # a model that also sees pictures
        content = {**content, **content["text_config"]}
    return _Config(content, where).card()


def _content(path: Path) -> tuple[dict[str, Any], str]:
    if path.is_dir():
        path = path / "config.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadRequest(
            Problem(
                f"cannot be read: {error}", str(path), remedy="give a model's config.json, or the folder it lies in"
            )
        ) from None
    if not isinstance(content, dict):
        raise BadRequest(Problem("holds no table of keys", str(path), remedy="give a model's config.json"))
    return content, str(path)


class _Config:
    """A configuration being read: collects what is missing or wrong, and refuses once, with all of it."""

    def __init__(self, content: dict[str, Any], where: str) -> None:
        self.content = content
        self.where = where
        self.problems: list[Problem] = []

    def card(self) -> dict[str, float]:
        family = self.family()
        card = self.sizes() | self.precision()
        card |= self.latent_attention() if family in _LATENT else self.grouped_attention()
        card |= self.experts(family, card["transformer_layers"])
        card |= self.reach(family, card["transformer_layers"])
        if self.problems:
            raise BadRequest(*self.problems)
        return card

    # -- parts ----------------------------------------------------------------------------------
    def family(self) -> str:
        named = self.content.get("model_type")
        if named in FAMILIES:
            return str(named)
        architectures = self.content.get("architectures")
        for name in architectures if isinstance(architectures, list) else []:
            if name in _ARCHITECTURES:
                return _ARCHITECTURES[name]
        what = "names no architecture (model_type)" if named is None else f"its architecture {named!r} cannot be read"
        raise BadRequest(
            Problem(
                what, self.where, "each architecture counts layers in its own words", nearest(named or "", FAMILIES)
            )
        )

    def sizes(self) -> dict[str, float]:
        return {
            "transformer_layers": self.whole("num_hidden_layers"),
            "hidden_width": self.whole("hidden_size"),
            "attention_heads": self.whole("num_attention_heads"),
            "vocabulary": self.whole("vocab_size"),
            "tied_embeddings": float(bool(self.content.get("tie_word_embeddings", False))),
            "multi_token_prediction_layers": self.whole("num_nextn_predict_layers", default=0, least=0),
        }

    def precision(self) -> dict[str, float]:
        quantization = self.content.get("quantization_config")
        quantization = quantization if isinstance(quantization, dict) else {}
        method = quantization.get("quant_method")
        stated = quantization.get("bits", _inside(quantization, "config_groups", "group_0", "weights", "num_bits"))
        if isinstance(stated, (int, float)) and not isinstance(stated, bool) and 0 < stated <= 64:
            return {"native_weight_bits": float(stated)}
        kind = method or self.content.get("torch_dtype") or self.content.get("dtype") or "bfloat16"
        if kind not in _BITS:
            self.problems.append(
                Problem(f"its number format {kind!r} is not known", self.where, remedy=nearest(kind, _BITS))
            )
        return {"native_weight_bits": _BITS.get(str(kind), 16.0)}

    def grouped_attention(self) -> dict[str, float]:
        heads = self.whole("num_attention_heads", quiet=True)
        width = self.whole("head_dim", default=self.whole("hidden_size", quiet=True) / heads)
        return {
            "key_value_heads": self.whole("num_key_value_heads", default=heads),
            "head_width": width,
            "value_head_width": width,
            "is_latent_attention": 0.0,
            "query_lora_rank": 0.0,
            "latent_width": 0.0,
            "rope_width": 0.0,
        }

    def latent_attention(self) -> dict[str, float]:
        return {
            "key_value_heads": self.whole("num_key_value_heads", default=self.whole("num_attention_heads", quiet=True)),
            "head_width": self.whole("qk_nope_head_dim"),
            "value_head_width": self.whole("v_head_dim"),
            "is_latent_attention": 1.0,
            "query_lora_rank": self.whole("q_lora_rank"),
            "latent_width": self.whole("kv_lora_rank"),
            "rope_width": self.whole("qk_rope_head_dim"),
        }

    def experts(self, family: str, layers: float) -> dict[str, float]:
        if family in ("llama", "mistral", "qwen2", "qwen3"):
            return {
                "dense_mlp_layers": layers,
                "moe_layers": 0.0,
                "dense_mlp_width": self.whole("intermediate_size"),
                "expert_width": 0.0,
                "routed_experts": 1.0,
                "active_routed_experts": 1.0,
                "shared_experts": 0.0,
            }
        dense = self.dense_layers(family, layers)
        all_in_experts = family in ("mixtral", "gpt_oss")
        return {
            "dense_mlp_layers": dense,
            "moe_layers": layers - dense,
            "dense_mlp_width": self.whole("intermediate_size") if dense else 0.0,
            "expert_width": self.whole("intermediate_size" if all_in_experts else "moe_intermediate_size"),
            "routed_experts": self.whole("n_routed_experts", "num_local_experts", "num_experts"),
            "active_routed_experts": self.whole("num_experts_per_tok", "experts_per_token"),
            "shared_experts": self.whole("n_shared_experts", default=0, least=0),
        }

    def dense_layers(self, family: str, layers: float) -> float:
        if family in (*_LATENT, "glm4_moe"):
            dense = self.whole("first_k_dense_replace", least=0)
        else:
            listed = self.content.get("mlp_only_layers")
            dense = float(len(listed)) if isinstance(listed, list) else 0.0
        for key in ("moe_layer_freq", "decoder_sparse_step"):
            if self.content.get(key, 1) != 1:
                self.problems.append(
                    Problem(
                        f"{key} = {self.content[key]!r}",
                        self.where,
                        "experts in some layers only, by turns, are not read",
                        "write a card by hand",
                    )
                )
        if dense > layers:
            self.problems.append(
                Problem(f"{dense:g} dense layers of {layers:g}", self.where, remedy="correct first_k_dense_replace")
            )
        return dense

    def reach(self, family: str, layers: float) -> dict[str, float]:
        """How much of the context attention sees."""
        window = self.content.get("sliding_window")
        kinds = self.content.get("layer_types")
        windowed = 0.0
        if isinstance(window, (int, float)) and not isinstance(window, bool) and window > 0:
            if isinstance(kinds, list):
                windowed = float(sum(kind == "sliding_attention" for kind in kinds))
            elif family == "gpt_oss":
                windowed = float((layers + 1) // 2)
            elif family == "mistral":
                windowed = layers
        sparse = family == "deepseek_v32"
        return {
            "sliding_window_tokens": self.whole("sliding_window") if windowed else 0.0,
            "sliding_window_layers": windowed,
            "sparse_attention_tokens": self.whole("index_topk") if sparse else NO_LIMIT,
            "index_heads": self.whole("index_n_heads") if sparse else 0.0,
            "index_head_width": self.whole("index_head_dim") if sparse else 0.0,
        }

    # -- keys -----------------------------------------------------------------------------------
    def whole(self, *keys: str, default: float | None = None, least: int = 1, quiet: bool = False) -> float:
        """A whole number under the first of several keys; a key that is null counts as absent."""
        key = next((key for key in keys if self.content.get(key) is not None), None)
        value = default if key is None else self.content[key]
        if value is None:
            if not quiet:
                self.problems.append(
                    Problem(
                        f"key {' or '.join(map(repr, keys))} is missing",
                        self.where,
                        remedy="give the config.json that was published with the model",
                    )
                )
            return 1.0
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value // 1 or value < least:
            if not quiet:
                self.problems.append(
                    Problem(
                        f"{key or keys[0]} = {value!r} is not a whole number of at least {least}",
                        self.where,
                        remedy="correct it",
                    )
                )
            return 1.0
        return float(value)


def _inside(content: Any, *keys: str) -> Any:
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    return content
