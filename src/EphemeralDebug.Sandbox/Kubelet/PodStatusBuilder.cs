using System.Globalization;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Images;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>Builds a pod's status from what its containers do, field by field as a kubelet reports it.</summary>
internal sealed class PodStatusBuilder(JsonObject pod, IReadOnlyList<ContainerRecord> records, bool isFinal, bool isLegacy)
{
    private readonly string _restartPolicy = (string?)pod["spec"]?["restartPolicy"] ?? "Always";

    /// <summary>A time as the API writes it: whole seconds.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Whether the init containers are through.</summary>
    public bool IsInitialized => Of(ContainerKind.Init).All(record => record.Current?.Termination is { ExitCode: 0 });

    /// <summary>The statuses of the containers of a kind: init containers in the pod's order, others by name.</summary>
    public JsonArray ContainerStatuses(ContainerKind kind)
    {
        IEnumerable<ContainerRecord> selected = Of(kind);
        IEnumerable<ContainerRecord> ordered = kind == ContainerKind.Init ? selected : selected.OrderBy(record => record.Spec.Name, StringComparer.Ordinal);
        return [.. ordered.Select(ContainerStatus)];
    }

    /// <summary>The pod's phase (kubelet, <c>getPhase</c>).</summary>
    public string Phase()
    {
        bool initFailed = Of(ContainerKind.Init).Any(record => LastTermination(record) is { ExitCode: not 0 });
        if (initFailed && (_restartPolicy == "Never" || isFinal))
        {
            return "Failed";
        }

        List<ContainerRecord> regular = [.. Of(ContainerKind.Regular)];
        bool anyWaiting = regular.Exists(record => record.Current is null || (Waiting(record) is not null && LastTermination(record) is null));
        if (!isFinal && (!IsInitialized || anyWaiting))
        {
            return "Pending";
        }

        if (regular.Exists(record => record.Current is { Termination: null }))
        {
            return "Running";
        }

        bool allSucceeded = regular.TrueForAll(record => LastTermination(record) is { ExitCode: 0 });
        if (!isFinal && (_restartPolicy == "Always" || (_restartPolicy == "OnFailure" && !allSucceeded)))
        {
            return "Running";
        }

        return allSucceeded ? "Succeeded" : "Failed";
    }

    /// <summary>Whether every regular container runs.</summary>
    public bool IsReady => Of(ContainerKind.Regular).All(record => record.Current is { IsRunning: true });

    private IEnumerable<ContainerRecord> Of(ContainerKind kind) => records.Where(record => record.Spec.Kind == kind);

    private static Termination? LastTermination(ContainerRecord record) => record.Current?.Termination ?? record.Previous?.Termination;

    /// <summary>Why the container waits, or null when it does not.</summary>
    private WaitingReason? Waiting(ContainerRecord record)
    {
        if (record.Current is null)
        {
            bool waitsForInit = record.Spec.Kind != ContainerKind.Ephemeral && Of(ContainerKind.Init).Any() && !IsInitialized;
            return record.Failure ?? new WaitingReason(waitsForInit ? "PodInitializing" : "ContainerCreating");
        }

        return record.Failure is not null && !isFinal && record.ShouldRun(_restartPolicy) ? record.Failure : null;
    }

    private JsonObject ContainerStatus(ContainerRecord record)
    {
        if (record.HasEndedEarlier)
        {
            return (JsonObject)record.Earlier!.DeepClone();
        }

        ContainerRun? run = record.Current;
        WaitingReason? waiting = Waiting(record);
        JsonObject state = waiting is not null ? WaitingState(waiting)
            : run!.Termination is { } ended ? TerminatedState(run, ended)
            : new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Format(run.StartedAt) } };
        ContainerRun? last = waiting is not null && run?.Termination is not null ? run : record.Previous;
        bool isRunning = waiting is null && run is { Termination: null };
        var status = new JsonObject
        {
            ["name"] = record.Spec.Name,
            ["state"] = state,
            ["lastState"] = last?.Termination is { } termination ? TerminatedState(last, termination) : new JsonObject(),
            ["ready"] = record.Spec.Kind switch
            {
                ContainerKind.Regular => isRunning,
                ContainerKind.Init => run?.Termination is { ExitCode: 0 },
                _ => false,
            },
            ["restartCount"] = record.RestartCount,
            ["image"] = run?.Image.FullName ?? record.Spec.Image,
            ["imageID"] = run is null ? "" : ImageCatalog.Digest(run.Image),
        };
        if (run is not null)
        {
            status["containerID"] = ContainerId(run);
        }

        if (record.Spec.Kind != ContainerKind.Ephemeral)
        {
            status["started"] = isRunning;
        }

        if (run is not null && !isLegacy)
        {
            AddRunDetails(status, run);
        }

        return status;
    }

    private static void AddRunDetails(JsonObject status, ContainerRun run)
    {
        status["resources"] = new JsonObject();
        if (run.Spec.VolumeMounts.Count > 0)
        {
            status["volumeMounts"] = new JsonArray([.. run.Spec.VolumeMounts.Select(VolumeMountStatus)]);
        }

        status["user"] = new JsonObject
        {
            ["linux"] = new JsonObject
            {
                ["uid"] = run.Credentials.UserId,
                ["gid"] = run.Credentials.GroupId,
                ["supplementalGroups"] = new JsonArray([.. run.Credentials.Groups.Select(id => JsonValue.Create(id))]),
            },
        };
    }

    private static JsonObject VolumeMountStatus(JsonObject mount)
    {
        var status = new JsonObject { ["name"] = mount["name"]?.DeepClone(), ["mountPath"] = mount["mountPath"]?.DeepClone() };
        if ((bool?)mount["readOnly"] == true)
        {
            status["readOnly"] = true;
            status["recursiveReadOnly"] = "Disabled";
        }

        return status;
    }

    private static JsonObject WaitingState(WaitingReason waiting)
    {
        var details = new JsonObject { ["reason"] = waiting.Reason };
        if (waiting.Message is not null)
        {
            details["message"] = waiting.Message;
        }

        return new JsonObject { ["waiting"] = details };
    }

    private static JsonObject TerminatedState(ContainerRun run, Termination termination)
    {
        var details = new JsonObject { ["exitCode"] = termination.ExitCode, ["reason"] = termination.Reason };
        if (termination.Message is not null)
        {
            details["message"] = termination.Message;
        }

        details["startedAt"] = Format(termination.StartedAt);
        details["finishedAt"] = Format(termination.FinishedAt);
        details["containerID"] = ContainerId(run);
        return new JsonObject { ["terminated"] = details };
    }

    private static string ContainerId(ContainerRun run) => "containerd://" + run.Id;
}
