using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using EphemeralDebug.Terminal.Native;

namespace EphemeralDebug.Terminal;

/// <summary>
/// Waits until a file descriptor can be read or written, or until a token is canceled: poll() on the descriptor and
/// on a pipe that cancellation writes to. Serves one thread at a time.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class DescriptorWaiter : IDisposable
{
    private readonly int _descriptor;
    private readonly short _events;
    private readonly AnonymousPipeServerStream _wakeOutlet = new(PipeDirection.In, HandleInheritability.None);
    private readonly AnonymousPipeClientStream _wakeInlet;
    private bool _woken;

    public DescriptorWaiter(int descriptor, short events)
    {
        _descriptor = descriptor;
        _events = events;
        _wakeInlet = new AnonymousPipeClientStream(PipeDirection.Out, _wakeOutlet.ClientSafePipeHandle);
    }

    /// <summary>Whether the descriptor can be used now; also true when it only has an error to report.</summary>
    public bool IsReady()
    {
        Span<PollDescriptor> polled = [new() { Descriptor = _descriptor, Events = _events }];
        return Poll(polled, timeoutMilliseconds: 0);
    }

    /// <summary>Returns when the descriptor can be used.</summary>
    /// <exception cref="OperationCanceledException">It could not be used before the token was canceled.</exception>
    public void Wait(CancellationToken cancellationToken)
    {
        while (!IsReady())
        {
            cancellationToken.ThrowIfCancellationRequested();
            WaitForEither(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _wakeInlet.Dispose();
        _wakeOutlet.Dispose();
    }

    private static bool Poll(Span<PollDescriptor> polled, int timeoutMilliseconds)
    {
        int result = LibC.Poll(polled, (nuint)polled.Length, timeoutMilliseconds);
        if (result < 0 && Marshal.GetLastPInvokeError() != LibC.Eintr)
        {
            throw new TerminalUnavailableException(TerminalUnavailableReason.HungUp);
        }

        return result > 0;
    }

    private void WaitForEither(CancellationToken cancellationToken)
    {
        // Disposing of the registration waits for a callback that has begun, so that the byte it wrote is there.
        using (cancellationToken.UnsafeRegister(static waiter => ((DescriptorWaiter)waiter!).Wake(), this))
        {
            Span<PollDescriptor> polled =
            [
                new() { Descriptor = _descriptor, Events = _events },
                new() { Descriptor = (int)_wakeOutlet.SafePipeHandle.DangerousGetHandle(), Events = LibC.PollIn },
            ];
            Poll(polled, Timeout.Infinite);
        }

        if (_woken)
        {
            _wakeOutlet.ReadByte();
            _woken = false;
        }
    }

    private void Wake()
    {
        _woken = true;
        _wakeInlet.WriteByte(0);
    }
}
