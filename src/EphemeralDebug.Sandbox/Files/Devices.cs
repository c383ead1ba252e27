using System.Security.Cryptography;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Files;

/// <summary>The device files that every container has.</summary>
internal static class Devices
{
    /// <summary>Fills <c>/dev</c>.</summary>
    public static void AddTo(DirectoryNode directory)
    {
        directory.Put("null", new DeviceNode(_ => new NullDevice()));
        directory.Put("zero", new DeviceNode(_ => new ZeroDevice()));
        directory.Put("full", new DeviceNode(_ => new FullDevice()));
        directory.Put("random", new DeviceNode(_ => new RandomDevice()));
        directory.Put("urandom", new DeviceNode(_ => new RandomDevice()));
        directory.Put("tty", new DeviceNode(OpenTerminal));
        directory.Put("stdin", new DeviceNode(process => process.Files[0].Share()));
        directory.Put("stdout", new DeviceNode(process => process.Files[1].Share()));
        directory.Put("stderr", new DeviceNode(process => process.Files[2].Share()));
        directory.Put("fd", new SymbolicLink("/proc/self/fd"));
        directory.Put("shm", new DirectoryNode { Mode = 0b1_111_111_111 });
    }

    private static Terminals.TerminalFile OpenTerminal(SimulatedProcess process) => process.Terminal is { } terminal
        ? new Terminals.TerminalFile(terminal)
        : throw new SystemCallException(Errno.NoEntry);
}

internal sealed class NullDevice : OpenFile
{
    public override string Description => "/dev/null";

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) =>
        ValueTask.FromResult(0);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        ValueTask.CompletedTask;
}

internal class ZeroDevice : OpenFile
{
    public override string Description => "/dev/zero";

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        buffer.Span.Clear();
        return ValueTask.FromResult(buffer.Length);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        ValueTask.CompletedTask;
}

internal sealed class FullDevice : ZeroDevice
{
    public override string Description => "/dev/full";

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        throw new SystemCallException(Errno.NoSpace);
}

internal sealed class RandomDevice : OpenFile
{
    public override string Description => "/dev/urandom";

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        RandomNumberGenerator.Fill(buffer.Span);
        return ValueTask.FromResult(buffer.Length);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        ValueTask.CompletedTask;
}
