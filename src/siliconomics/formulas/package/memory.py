"""Cost of the memory in one package."""

from siliconomics.core import formula


@formula(unit="USD/chip", source="broker-2026-04-26#exhibit-21", possible="[0, inf)")
def memory_cost_usd__blocks(memory_size_gb, memory_block_gb, memory_price_usd_per_block):
    """Memory bought by capacity, at a price per block (the source: 16 GB)."""
    return memory_size_gb / memory_block_gb * memory_price_usd_per_block


@formula(unit="USD/stack", source="legitlads#hbm-console", possible="[0, inf)")
def hbm_stack_cost_usd(
    hbm_core_dies_per_stack,
    hbm_core_die_cost_usd,
    hbm_base_die_cost_usd,
    hbm_tsv_cost_usd,
    hbm_assembly_cost_usd,
    hbm_stack_yield,
):
    """Cost of a good stack of memory: its dies, vias and assembly, borne by the stacks that work."""
    core_dies = hbm_core_dies_per_stack * hbm_core_die_cost_usd
    parts = core_dies + hbm_base_die_cost_usd + hbm_tsv_cost_usd + hbm_assembly_cost_usd
    return parts / hbm_stack_yield


@formula(unit="USD/chip", source="legitlads#hbm-console", possible="[0, inf)")
def memory_cost_usd__stacks(hbm_stacks_per_chip, hbm_stack_cost_usd):
    """Memory built up from stacks at their cost of manufacture, without the memory maker's margin."""
    return hbm_stacks_per_chip * hbm_stack_cost_usd


@formula(unit="USD/GB16", source="siliconomics#definition", possible="[0, inf)")
def memory_cost_usd_per_block(memory_cost_usd, memory_size_gb, memory_block_gb):
    """What the memory of a chip costs per block, to hold against quoted block prices."""
    return memory_cost_usd / (memory_size_gb / memory_block_gb)


@formula(unit="chip", source="siliconomics#definition", possible="[0, inf)")
def chips_from_hbm_stock(hbm_stock_stacks, hbm_stacks_per_chip):
    """Chips that a stock of memory stacks is enough for."""
    return hbm_stock_stacks / hbm_stacks_per_chip
