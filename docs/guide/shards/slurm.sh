#!/bin/sh
# Slurm: the search in an array of eight. The verdict, once all are done:
#   sbatch --wait slurm.sh; npx fanout merge part-*.json
#SBATCH --array=1-8
#SBATCH --time=00:40:00
npx fanout check kitchen.json --variant redis --runs 100000 --time 30m --shard auto --json > part-$SLURM_ARRAY_TASK_ID.json || [ -s part-$SLURM_ARRAY_TASK_ID.json ]
