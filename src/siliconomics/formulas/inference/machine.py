"""What a prediction takes of a chip and a model: its links as stated or as usual, and the peaks that a precision computes at."""

from siliconomics.core import formula
from siliconomics.core.operators import first_known
from siliconomics.core.units import ONE_CHIP


@formula(unit="GB/s/chip", source="siliconomics#definition", possible="(0, inf)")
def scaleup_link_gb_s(scaleup_bandwidth_gb_s, usual_scaleup_bandwidth_gb_s):
    """One direction of the links inside a domain; what is usual where no source states it."""
    return first_known(scaleup_bandwidth_gb_s, usual_scaleup_bandwidth_gb_s)


@formula(unit="GB/s/chip", source="siliconomics#definition", possible="(0, inf)")
def scaleout_link_gb_s(scaleout_bandwidth_gb_s, usual_scaleout_bandwidth_gb_s):
    """One direction of the links between domains; what is usual where no source states it."""
    return first_known(scaleout_bandwidth_gb_s, usual_scaleout_bandwidth_gb_s)


@formula(unit="1", source="siliconomics#definition", possible="[1, inf)")
def linked_chips(scaleup_domain_chips, usual_scaleup_domain_chips):
    """Chips in one domain of fast links; what is usual where no source states it."""
    return first_known(scaleup_domain_chips, usual_scaleup_domain_chips)


@formula(unit="1", source="siliconomics#definition", possible="[0, inf)")
def routing_nodes(routing_node_limit, active_routed_experts):
    """Nodes that a token's experts may lie on: as a model's own routing limits them, else as many as experts."""
    return first_known(routing_node_limit, active_routed_experts)


@formula(unit="TFLOPS", source="siliconomics#definition", possible="(0, inf)")
def base_peak_tflops(fp16_dense_high_tflops):
    """Dense matrix peak at 16 bits; of a figure whose density no source states, its upper bound."""
    return fp16_dense_high_tflops * ONE_CHIP


@formula(unit="TFLOPS", source="siliconomics#definition", possible="(0, inf)")
def gemm_peak_tflops(fp8_dense_high_tflops, int8_dense_high_tops, fp16_dense_high_tflops):
    """Dense matrix peak at 8 bits, floating or whole, where the chip has it, else at 16."""
    return first_known(fp8_dense_high_tflops, int8_dense_high_tops, fp16_dense_high_tflops) * ONE_CHIP


@formula(unit="TFLOPS", source="siliconomics#definition", possible="(0, inf)")
def attention_peak_tflops(fp16_dense_high_tflops):
    """Peak that attention computes at: 16 bits unless an engine says otherwise."""
    return fp16_dense_high_tflops * ONE_CHIP
