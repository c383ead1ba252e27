using System.Buffers;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using EphemeralDebug.Api;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Forwarding;

/// <summary>
/// One connection of a local program, passed on to a pod. Each side is read only as fast as the other takes it, so that
/// nothing piles up here.
/// </summary>
/// <remarks>
/// The protocol can close a connection but not one direction of it. A program that has closed its sending half still
/// gets the answer, as long as one is coming; the pod is not told until then. What did not end well ends with a reset,
/// so that no program takes what it got for the whole.
/// </remarks>
internal sealed class ForwardedConnection(ApiClient client, PortForwardRequest request, PortForward forward, Socket program)
    : IDisposable
{
    private const int BufferSize = 32 * 1024;

    /// <summary>
    /// How long the pod may be silent after the program has closed its sending half. Whether it has closed the other too
    /// cannot be seen; most that close at all have.
    /// </summary>
    private static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(10);

    /// <summary>What the program still sends when the pod has closed is taken for this long: closing with it unread would be a reset.</summary>
    private static readonly TimeSpan s_drainLimit = TimeSpan.FromSeconds(1);

    /// <summary>When nothing can be sent any more, the reading side usually knows why a moment later.</summary>
    private static readonly TimeSpan s_verdictLimit = TimeSpan.FromSeconds(2);

    private readonly NetworkStream _local = new(program, ownsSocket: true);
    private ExceptionDispatchInfo? _sendFailure;
    private volatile bool _programHasFinished;
    private volatile bool _podHasClosed;

    /// <summary>Passes on until one side has closed.</summary>
    /// <exception cref="EphemeralDebugException">The pod could not be reached, or the connection to it failed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            program.NoDelay = true;
            await using PortForwardStream pod = await PortForwardStream.OpenAsync(client, request, cancellationToken);
            await ExchangeAsync(pod, cancellationToken);
        }
        catch
        {
            program.Close(timeout: 0);
            throw;
        }
    }

    public void Dispose() => _local.Dispose();

    private async Task ExchangeAsync(PortForwardStream pod, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task sending = SendAsync(pod, stop);
        try
        {
            await ReceiveAsync(pod, stop);
            _podHasClosed = true;
            program.Shutdown(SocketShutdown.Send);
            stop.CancelAfter(s_drainLimit);
        }
        catch (Exception exception) when (IsEndOfProgram(exception, cancellationToken))
        {
            _sendFailure?.Throw();
        }
        finally
        {
            if (!_podHasClosed)
            {
                await stop.CancelAsync();
            }

            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SendAsync(PortForwardStream pod, CancellationTokenSource stop)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await _local.ReadAsync(buffer, stop.Token) is int count and > 0)
            {
                if (!_podHasClosed)
                {
                    await pod.WriteAsync(buffer.AsMemory(0, count), stop.Token);
                    forward.CountSent(count);
                }
            }

            _programHasFinished = true;
            stop.CancelAfter(s_answerLimit);
        }
        catch (IOException)
        {
            // The program has reset the connection: it wants no answer.
            await stop.CancelAsync();
        }
        catch (EphemeralDebugException exception)
        {
            _sendFailure = ExceptionDispatchInfo.Capture(exception);
            stop.CancelAfter(s_verdictLimit);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task ReceiveAsync(PortForwardStream pod, CancellationTokenSource stop)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await pod.ReadAsync(buffer, stop.Token) is { IsEmpty: false } data)
            {
                LimitAnswer(stop, Timeout.InfiniteTimeSpan);
                await _local.WriteAsync(data, stop.Token);
                forward.CountReceived(data.Length);
                LimitAnswer(stop, s_answerLimit);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>It is the pod's silence that is limited, not the time that the program takes to read.</summary>
    private void LimitAnswer(CancellationTokenSource stop, TimeSpan limit)
    {
        if (_programHasFinished)
        {
            stop.CancelAfter(limit);
        }
    }

    /// <summary>Reading of the pod has ended because the program has gone, which is no failure.</summary>
    private static bool IsEndOfProgram(Exception exception, CancellationToken cancellationToken) =>
        exception is IOException or SocketException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
