"""A load-balanced endpoint."""

from runpod_flash import Endpoint

api = Endpoint(name="web", cpu="cpu3c-1-2", workers=(1, 3))


@api.post("/process")
async def process(text: str) -> dict:
    """Answers in capitals."""
    return {"text": text.upper()}
