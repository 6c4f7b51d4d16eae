#!/usr/bin/env bash
# A real Slurm of one node on the loopback address, for tests: munged, slurmctld and slurmd with
# keys, sockets, ports, logs and state of their own in one folder, so that nothing of the machine's
# is touched. Needs root, and Debian's slurmctld, slurmd, slurm-client and munge.
#   cluster.sh start FOLDER   starts it; clients find it by SLURM_CONF=FOLDER/slurm.conf
#   cluster.sh stop FOLDER    stops what start started, and whatever its jobs left
set -euo pipefail
PATH=$PATH:/usr/sbin

say() { echo "cluster: $*" >&2; }

# A port that nothing listens on.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 20000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

# Waits until a command succeeds: await SECONDS WHAT COMMAND...
await() {
  local tries=$(($1 * 10)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { say "waited in vain for $what"; return 1; }
    sleep 0.1
  done
}

write_configuration() {
  local node
  node=$(hostname -s)
  # cred_expire: a requeued job waits for so long before it starts again (120 s by default).
  cat >"$folder/slurm.conf" <<END
ClusterName=genrebench
SlurmctldHost=$node(127.0.0.1)
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket,cred_expire=5
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2
MpiDefault=none
MaxArraySize=16
KillWait=5
ReturnToService=2
SlurmdParameters=config_overrides
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
NodeName=$node NodeAddr=127.0.0.1 CPUs=8 RealMemory=1000 State=UNKNOWN
PartitionName=test Nodes=$node Default=YES MaxTime=60 State=UP
END
}

start() {
  [ "$(id -u)" -eq 0 ] || { say "must be root"; return 1; }
  for program in munged slurmctld slurmd sbatch; do
    if ! command -v "$program" >/dev/null; then
      say "$program is not installed; scripts/install-dependencies.sh --slurm installs it"
      return 1
    fi
  done
  mkdir -p "$folder"/{state,spool}
  chmod 711 "$folder"
  (umask 077 && head -c 1024 /dev/urandom >"$folder/munge.key")
  write_configuration
  munged --key-file="$folder/munge.key" --socket="$folder/munge.socket" \
    --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" \
    --seed-file="$folder/munge.seed"
  export SLURM_CONF=$folder/slurm.conf
  slurmctld -f "$SLURM_CONF"
  slurmd -f "$SLURM_CONF" -N "$(hostname -s)"
  await 30 "the controller" scontrol ping
  await 30 "the node" sh -c 'sinfo -h -o %T | grep -qx idle'
}

# Ends one daemon of ours by its pid file.
end() {
  local pid
  pid=$(cat "$folder/$1.pid" 2>/dev/null) || return 0
  kill "$pid" 2>/dev/null || return 0
  for _ in $(seq 100); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
}

stop() {
  export SLURM_CONF=$folder/slurm.conf
  if [ -s "$folder/slurmctld.pid" ]; then
    scancel --user=root --signal=KILL --full 2>/dev/null || true
    scancel --user=root 2>/dev/null || true
    await 20 "the end of all jobs" sh -c '[ -z "$(squeue -h)" ]' || true
  fi
  end slurmd
  end slurmctld
  end munged
  end_steps
}

# Processes of job steps outlive slurmd; ours are those that were started with this folder's
# configuration.
end_steps() {
  local process
  for process in /proc/[0-9]*; do
    {
      [[ "$(tr '\0' ' ' <"$process/cmdline")" == slurmstepd:* ]] &&
        tr '\0' '\n' <"$process/environ" | grep -qxF "SLURM_CONF=$folder/slurm.conf"
    } 2>/dev/null || continue
    kill -KILL "${process#/proc/}" 2>/dev/null || true
  done
}

[ $# -eq 2 ] || { say "usage: cluster.sh start|stop FOLDER"; exit 2; }
folder=$2
case $1 in
  start) start ;;
  stop) stop ;;
  *) say "usage: cluster.sh start|stop FOLDER"; exit 2 ;;
esac
