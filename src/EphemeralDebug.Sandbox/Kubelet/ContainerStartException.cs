namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>A container can't be started; the reason is one that a waiting container's status shows.</summary>
internal sealed class ContainerStartException(string reason, string message) : Exception(message)
{
    public WaitingReason Waiting { get; } = new(reason, message);

    /// <summary>Whether there is no image to start from. The event about it then names the reason alone.</summary>
    public bool LacksImage { get; init; }

    /// <summary>The error as the event about it has it.</summary>
    public string Error => LacksImage ? Waiting.Reason : Message;
}
