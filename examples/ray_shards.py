"""Runs the shards of a plan on a Ray cluster: python3 examples/ray_shards.py plan.json"""

import json, os, subprocess, sys

import ray


@ray.remote(num_cpus=1, max_retries=3, retry_exceptions=True)
def shard(folder, plan, index):
    command = ["simulate", "shard", plan, "--index", str(index), "--threads", "1", "--quiet"]
    subprocess.run(command, cwd=folder, check=True)


with open(sys.argv[1], encoding="utf-8") as plan:
    shards = json.load(plan)["shards"]
ray.get([shard.remote(os.getcwd(), sys.argv[1], index) for index in range(shards)])
