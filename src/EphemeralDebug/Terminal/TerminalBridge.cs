using System.Buffers;

namespace EphemeralDebug.Terminal;

/// <summary>How a terminal session ended.</summary>
internal enum BridgeResult
{
    /// <summary>The remote end ended by itself; all of its output was written.</summary>
    RemoteEnded,

    /// <summary>The user typed the detach keys; the remote end goes on.</summary>
    Detached,

    /// <summary>The token was canceled, or the process was told to stop by SIGINT (Ctrl+Break on Windows).</summary>
    Canceled,
}

/// <summary>Connects the host's terminal, in raw mode, with a remote one until either side ends the session.</summary>
internal sealed class TerminalBridge
{
    private const int InputBufferSize = 4 * 1024;
    private const int OutputBufferSize = 32 * 1024;

    // When input cannot be delivered any more, the reading side usually knows why a moment later.
    private static readonly TimeSpan s_verdictLimit = TimeSpan.FromSeconds(2);

    private readonly HostTerminal _terminal;
    private readonly IRemoteTerminal _remote;
    private readonly DetachKeys _keys;
    private readonly CancellationToken _stopping;

    private TerminalBridge(HostTerminal terminal, IRemoteTerminal remote, DetachKeys keys, CancellationToken stopping)
    {
        _terminal = terminal;
        _remote = remote;
        _keys = keys;
        _stopping = stopping;
    }

    /// <summary>
    /// Runs a session. When this returns or throws, nothing of it is left running: the terminal has its modes back,
    /// and the next key typed belongs to whoever reads next.
    /// </summary>
    /// <exception cref="IOException">The connection or the terminal was lost, with whatever type the remote end threw.</exception>
    public static async Task<BridgeResult> RunAsync(
        HostTerminal terminal, IRemoteTerminal remote, DetachKeys keys, CancellationToken cancellationToken)
    {
        using RawMode raw = terminal.EnterRawMode();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, raw.Interrupted);
        var bridge = new TerminalBridge(terminal, remote, keys, stop.Token);
        bool endedByItself = false;
        try
        {
            BridgeResult result = await bridge.RunAsync(stop);
            endedByItself = result == BridgeResult.RemoteEnded;
            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested || raw.Interrupted.IsCancellationRequested)
        {
            return BridgeResult.Canceled;
        }
        finally
        {
            terminal.RestoreScreen(startLine: !endedByItself);
        }
    }

    private async Task<BridgeResult> RunAsync(CancellationTokenSource stop)
    {
        Task sizes = ForwardSizesAsync();
        Task output = ForwardOutputAsync();

        // The terminal is read by a thread that blocks, and so has to be one of its own.
        Task input = Task.Factory.StartNew(
            ForwardInput, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            Task first = await Task.WhenAny(output, input, sizes);
            if (first.IsFaulted && first != output)
            {
                await Task.WhenAny(output, Task.Delay(s_verdictLimit, stop.Token));
                first = output.IsCompleted ? output : first;
            }

            // A remote end that was stopped may fail in ways of its own.
            _stopping.ThrowIfCancellationRequested();
            await first;
            return first == output ? BridgeResult.RemoteEnded : BridgeResult.Detached;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(sizes, output, input).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ForwardSizesAsync()
    {
        await foreach (TerminalSize size in _terminal.SizesAsync(_stopping))
        {
            await _remote.ResizeAsync(size, _stopping);
        }
    }

    private async Task ForwardOutputAsync()
    {
        byte[] buffer = new byte[OutputBufferSize];
        while (await _remote.ReadAsync(buffer, _stopping) is int count and > 0)
        {
            _terminal.Write(buffer.AsSpan(0, count), _stopping);
        }
    }

    /// <summary>
    /// Returns when the detach keys were typed. Reads no further than it has delivered: what is still in the terminal
    /// when the session ends is the next reader's.
    /// </summary>
    private void ForwardInput()
    {
        var matcher = new DetachKeyMatcher(_keys);
        var pending = new ArrayBufferWriter<byte>(InputBufferSize);
        byte[] buffer = new byte[InputBufferSize];
        byte? lastKey = _keys.Sequence is [.., byte last] ? last : null;
        bool detached = false;
        while (!detached)
        {
            int count = _terminal.Read(buffer, lastKey, _stopping);
            detached = matcher.Feed(buffer.AsSpan(0, count), pending);
            if (pending.WrittenCount > 0)
            {
                _remote.WriteAsync(pending.WrittenMemory, _stopping).AsTask().GetAwaiter().GetResult();
                pending.ResetWrittenCount();
            }
        }
    }
}
