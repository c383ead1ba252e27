using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Workloads;

/// <summary>Runs a job's pods until enough of them have succeeded, or too many have failed.</summary>
internal sealed class JobController(Cluster cluster) : IController
{
    private const string Kind = "Job";

    public void Synchronize()
    {
        foreach (StoredObject job in cluster.All(Kind).Where(job => !IsOver(job)))
        {
            Synchronize(job);
        }
    }

    private void Synchronize(StoredObject job)
    {
        JsonObject spec = job.Value.Object("spec")!;
        IReadOnlyList<StoredObject> pods = cluster.PodsOf(job);
        StoredObject[] active = [.. pods.Where(pod => !PodFacts.IsOver(pod))];
        int succeeded = pods.Count(pod => PodFacts.Phase(pod) == "Succeeded");
        int failed = pods.Count(pod => PodFacts.Phase(pod) == "Failed");
        long wanted = spec.Integer("completions") ?? 1;
        bool hasFailed = failed > (spec.Integer("backoffLimit") ?? 6);
        bool mayRun = spec.Flag("suspend") != true && !hasFailed;
        long missing = mayRun ? Math.Min(spec.Integer("parallelism") ?? 1, wanted - succeeded) - active.Length : 0;
        for (long count = 0; count < missing; count++)
        {
            cluster.CreatePod(job, "batch/v1", Kind, spec.Object("template")!, pod => pod.Object("metadata")!["generateName"] = $"{job.Name}-");
        }

        if (!mayRun)
        {
            foreach (StoredObject pod in active)
            {
                cluster.Terminate(pod);
            }
        }

        cluster.Update(Kind, job, changed => UpdateStatus(changed.GetOrAddObject("status"), active, succeeded, failed, succeeded >= wanted, hasFailed));
    }

    private void UpdateStatus(JsonObject status, StoredObject[] active, int succeeded, int failed, bool isComplete, bool hasFailed)
    {
        Conditions.Count(status, "active", active.Length);
        status["ready"] = active.Count(PodFacts.IsReady);
        Conditions.Count(status, "succeeded", succeeded);
        Conditions.Count(status, "failed", failed);
        status["startTime"] ??= ApiJson.Time(cluster.Now);
        if (isComplete)
        {
            status["completionTime"] ??= ApiJson.Time(cluster.Now);
            Conditions.Set(status, "SuccessCriteriaMet", holds: true, "CompletionsReached", "Reached expected number of succeeded pods", cluster.Now);
            Conditions.Set(status, "Complete", holds: true, "CompletionsReached", "Reached expected number of succeeded pods", cluster.Now);
        }
        else if (hasFailed)
        {
            Conditions.Set(status, "Failed", holds: true, "BackoffLimitExceeded", "Job has reached the specified backoff limit", cluster.Now);
        }
    }

    private static bool IsOver(StoredObject job) => job.Value.Object("status").Items("conditions")
        .Any(condition => condition.Text("type") is "Complete" or "Failed" && condition.Text("status") == "True");
}
