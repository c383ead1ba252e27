using System.Text;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Debugging;

/// <summary>What a script of this module wrote, and how it ended.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Output">Its output and error output as they came; cut when it is long.</param>
internal sealed record ScriptResult(ExitStatus Status, string Output);

/// <summary>Runs a short script of this module in a container.</summary>
internal static class ContainerScript
{
    private const int MaximumOutputBytes = 16 * 1024;

    /// <summary>Runs a command to its end.</summary>
    /// <exception cref="EphemeralDebugException">The server refused, or the connection was lost.</exception>
    /// <exception cref="TimeoutException">It took longer than the limit.</exception>
    public static async Task<ScriptResult> RunAsync(
        ClusterSession session,
        EphemeralContainer container,
        IReadOnlyList<string> command,
        TimeSpan limit,
        CancellationToken cancellationToken)
    {
        var request = new StreamRequest(container.Namespace, container.Pod, container.Name) { Command = command };
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(limit);
        try
        {
            await using RemoteStream stream = await RemoteStream.OpenAsync(session.Client, request, timer.Token);
            string output = await ReadTextAsync(stream, timer.Token);
            return new ScriptResult(stream.Status!, output);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"it took longer than {limit.TotalSeconds:0} s", exception);
        }
    }

    private static async Task<string> ReadTextAsync(RemoteStream stream, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, cancellationToken) is { Data.IsEmpty: false } read)
        {
            if (text.Length < MaximumOutputBytes)
            {
                text.Append(Encoding.UTF8.GetString(read.Data.Span));
            }
        }

        return text.ToString();
    }
}
