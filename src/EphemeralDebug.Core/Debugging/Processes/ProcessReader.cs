using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Debugging.Processes;

/// <summary>Asks a container that has joined a target's process namespace for the processes there.</summary>
internal sealed class ProcessReader(ClusterSession session)
{
    /// <summary>Some kilobytes a process, of which a namespace can have tens of thousands.</summary>
    private const int MaximumOutput = 64 * 1024 * 1024;

    /// <summary>The container of this module that runs and has joined the target's processes, or null.</summary>
    public static EphemeralContainer? FindHelper(PodResource pod, string target, ClusterSession session) => ContainerReader
        .Read(pod, session)
        .Where(container => container is { State: ContainerState.Running, Marker: not null, IsOnWindows: false }
            && string.Equals(container.Target, target, StringComparison.Ordinal))
        .MaxBy(container => container.StartedAt);

    /// <summary>The processes, by one exec.</summary>
    /// <exception cref="EphemeralDebugException">The container has no shell, or did not answer in time.</exception>
    public async Task<IReadOnlyList<EphemeralProcess>> ReadAsync(
        EphemeralContainer container, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (container.IsOnWindows)
        {
            throw NotRead(container, "it runs on Windows, which has no /proc");
        }

        string word = WaitingCommand.NewId();
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(limit);
        try
        {
            var request = new StreamRequest(container.Namespace, container.Pod, container.Name) { Command = ProcessScript.Command(word) };
            await using RemoteStream stream = await RemoteStream.OpenAsync(session.Client, request, timer.Token);
            ReadOnlyMemory<byte> output = await ReadOutputAsync(stream, container, timer.Token);
            return ProcessList.Read(container, output, word)
                ?? throw NotRead(container, stream.Status?.Message ?? "the script that asks for them was ended");
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EphemeralDebugException(
                ConnectionErrors.TimedOutId,
                FailureKind.Timeout,
                $"Container '{container}' did not tell of its target's processes within {limit.TotalSeconds:0.#} s.",
                "Give it longer with -TimeoutSec.",
                exception);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadOutputAsync(
        RemoteStream stream, EphemeralContainer container, CancellationToken cancellationToken)
    {
        var output = new MemoryStream();
        byte[] buffer = new byte[32 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is { Data.IsEmpty: false } read)
        {
            if (read.Channel is StreamChannel.Output)
            {
                output.Write(read.Data.Span);
            }

            if (output.Length > MaximumOutput)
            {
                throw NotRead(container, "there are more than can be held");
            }
        }

        return output.GetBuffer().AsMemory(0, (int)output.Length);
    }

    private static EphemeralDebugException NotRead(EphemeralContainer container, string why) => new(
        "ProcessesNotRead",
        FailureKind.InvalidOperation,
        $"The processes of container '{container}' and its target cannot be read: {why}.",
        "The container's image needs sh and cat, as busybox has them; -Image names another one.");
}
