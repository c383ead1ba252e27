using System.Globalization;
using System.Management.Automation;

namespace EphemeralDebug.Pipeline;

/// <summary>Shows how far a container's start is, with the kubelet's own reason.</summary>
internal sealed class ContainerProgress(int activityId, Action<ProgressRecord> write, TimeProvider time) : IProgress<EphemeralContainer>
{
    private readonly long _started = time.GetTimestamp();
    private bool _shown;

    public void Report(EphemeralContainer value)
    {
        if (value.State is ContainerState.Running or ContainerState.Terminated)
        {
            Complete();
            return;
        }

        _shown = true;
        write(new ProgressRecord(activityId, $"Starting {value}", Describe(value)));
    }

    /// <summary>Takes the bar away.</summary>
    public void Complete()
    {
        if (_shown)
        {
            _shown = false;
            write(new ProgressRecord(activityId, "Starting", "Done") { RecordType = ProgressRecordType.Completed });
        }
    }

    private string Describe(EphemeralContainer container)
    {
        string what = container switch
        {
            { State: ContainerState.Pending, Reason: null } => "waiting for the kubelet",
            { Reason: "ContainerCreating" } => $"creating the container, pulling {container.Image} if the node lacks it",
            { Message: { } message } => $"{container.Reason}: {message}",
            _ => container.Reason ?? "waiting",
        };
        double seconds = time.GetElapsedTime(_started).TotalSeconds;
        // The time comes first, because a bar cuts what is too long for it.
        return seconds < 1 ? what : string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s, {what}");
    }
}
