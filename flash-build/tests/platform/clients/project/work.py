"""A queue-based endpoint."""

from runpod_flash import Endpoint


@Endpoint(name="work", cpu="cpu3c-1-2", workers=(0, 1))
async def work(number: int) -> int:
    """Doubles a number."""
    return number * 2
