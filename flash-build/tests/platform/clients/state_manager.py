"""The official State Manager client: read, update and remove a resource of an environment."""

import asyncio
import json
import sys

from runpod_flash.runtime.state_manager_client import StateManagerClient

STATE = {"config_hash": "abc", "endpoint_url": "http://gpu.example", "status": "deployed"}


async def main(environment: str) -> None:
    client = StateManagerClient()
    before = await client.get_persisted_manifest(environment)
    await client.update_resource_state(environment, "work", STATE)
    updated = await client.get_persisted_manifest(environment)
    await asyncio.gather(
        *(client.update_resource_state(environment, f"extra_{n}", {"status": "updated"}) for n in range(8))
    )
    many = await client.get_persisted_manifest(environment)
    for name in ["work", *(f"extra_{n}" for n in range(8))]:
        await client.remove_resource_state(environment, name)
    after = await client.get_persisted_manifest(environment)
    print(json.dumps([before, updated, many, after]))


asyncio.run(main(sys.argv[1]))
