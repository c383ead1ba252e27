using System.Text.Json.Nodes;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>Why a container does not run, in the words of its status.</summary>
internal sealed record WaitingReason(string Reason, string? Message = null);

/// <summary>What the kubelet knows of one container of a pod over all its runs.</summary>
internal sealed class ContainerRecord(ContainerSpec spec, KubeletOptions options)
{
    public ContainerSpec Spec { get; } = spec;

    /// <summary>
    /// The status that the container had before this kubelet knew of it: what runs is taken over under its id, and what
    /// has ended is left as it is.
    /// </summary>
    public JsonObject? Earlier { get; init; }

    /// <summary>Whether the container has run and ended before this kubelet knew of it.</summary>
    public bool HasEndedEarlier => Current is null && Earlier?["state"]?["terminated"] is not null;

    /// <summary>The present or last run.</summary>
    public ContainerRun? Current { get; private set; }

    /// <summary>The run before that.</summary>
    public ContainerRun? Previous { get; private set; }

    public int RestartCount { get; private set; }

    /// <summary>What came out of the last attempt to start it, if that failed.</summary>
    public WaitingReason? Failure { get; set; }

    /// <summary>When the last attempt to pull the image failed, or null.</summary>
    public DateTimeOffset? PullFailedAt { get; set; }

    public string? PullError { get; set; }

    public BackOff PullBackOff { get; } = new(options);

    public BackOff RestartBackOff { get; } = new(options);

    public void Begin(ContainerRun run)
    {
        RestartCount += Current is null ? 0 : 1;
        Previous = Current;
        Current = run;
        Failure = null;
    }

    /// <summary>Whether the pod's restart policy wants it to run (again).</summary>
    public bool ShouldRun(string restartPolicy)
    {
        if (Current is null)
        {
            return true;
        }

        if (Current.Termination is not { } termination)
        {
            return false;
        }

        return restartPolicy == "Always" && Spec.Kind != ContainerKind.Init
            || restartPolicy != "Never" && termination.ExitCode != 0;
    }
}
