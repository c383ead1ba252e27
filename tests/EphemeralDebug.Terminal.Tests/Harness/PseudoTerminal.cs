using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using EphemeralDebug.Terminal.Native;

namespace EphemeralDebug.Terminal.Tests.Harness;

/// <summary>A pseudo-terminal, seen from the side of the terminal emulator.</summary>
internal sealed class PseudoTerminal : IDisposable
{
    private readonly int _master;
    private readonly int _slave;
    private readonly Thread _reader;
    private readonly Lock _gate = new();
    private readonly List<byte> _output = [];
    private readonly SemaphoreSlim _reading = new(1);
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _closing;

    public PseudoTerminal()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Needs Linux: setsid(1), and a pseudo-terminal that becomes a session's own when it is opened.");
        _master = Check(PtyNative.OpenMaster(PtyNative.ReadWrite | PtyNative.NoControllingTerminal | PtyNative.CloseOnExec));
        Check(PtyNative.Grant(_master));
        Check(PtyNative.Unlock(_master));
        Span<byte> name = stackalloc byte[64];
        Check(PtyNative.GetName(_master, name, (nuint)name.Length));
        Name = Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]);

        // Kept open so that the terminal outlives the processes on it and its modes can be read afterwards.
        _slave = Check(PtyNative.Open(Name, PtyNative.ReadWrite | PtyNative.NoControllingTerminal | PtyNative.CloseOnExec));
        Resize(new TerminalSize(80, 24));
        _reader = new Thread(ReadOutput) { IsBackground = true };
        _reader.Start();
    }

    /// <summary>The path of the terminal's device.</summary>
    public string Name { get; }

    /// <summary>The terminal's modes, whole.</summary>
    public string Modes
    {
        get
        {
            Check(LibC.TcGetAttr(_slave, out TermiosBuffer modes));
            return Convert.ToHexString(MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref modes, 1)));
        }

        set
        {
            TermiosBuffer modes = MemoryMarshal.Read<TermiosBuffer>(Convert.FromHexString(value));
            Check(LibC.TcSetAttr(_slave, LibC.TcsaNow, modes));
        }
    }

    /// <summary>Everything that was written to the terminal so far.</summary>
    public byte[] Output
    {
        get
        {
            lock (_gate)
            {
                return [.. _output];
            }
        }
    }

    /// <summary>Sets the window's size, of which the kernel tells the processes in the foreground.</summary>
    public void Resize(TerminalSize size)
    {
        Check(PtyNative.Ioctl(_master, PtyNative.SetWindowSize, [(ushort)size.Rows, (ushort)size.Columns, 0, 0]));
    }

    /// <summary>Types bytes; blocks while the terminal's queue is full.</summary>
    public void Type(ReadOnlySpan<byte> keys)
    {
        while (!keys.IsEmpty)
        {
            keys = keys[Check((int)LibC.Write(_master, keys, (nuint)keys.Length))..];
        }
    }

    public void Type(string keys) => Type(Encoding.UTF8.GetBytes(keys));

    /// <summary>Stops showing output, as a terminal emulator that hangs does.</summary>
    public IDisposable StopReading()
    {
        _reading.Wait();
        return new Resumption(this);
    }

    /// <summary>Waits until the output satisfies a condition.</summary>
    public async Task<byte[]> WaitForOutputAsync(Func<byte[], bool> condition)
    {
        using var limit = new CancellationTokenSource(Limits.Step);
        while (true)
        {
            Task grown;
            byte[] output;
            lock (_gate)
            {
                grown = _grown.Task;
                output = [.. _output];
            }

            if (condition(output))
            {
                return output;
            }

            await grown.WaitAsync(limit.Token);
        }
    }

    /// <summary>Closes the emulator's side, as closing its window does.</summary>
    public void HangUp()
    {
        _closing = true;
        _ = PtyNative.Close(_slave);
        _reader.Join();
        _ = PtyNative.Close(_master);
    }

    public void Dispose()
    {
        if (!_closing)
        {
            HangUp();
        }

        _reading.Dispose();
    }

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    private void ReadOutput()
    {
        byte[] buffer = new byte[16 * 1024];
        Span<PollDescriptor> polled = [new() { Descriptor = _master, Events = LibC.PollIn }];
        while (!_closing)
        {
            if (LibC.Poll(polled, 1, timeoutMilliseconds: 50) <= 0)
            {
                continue;
            }

            _reading.Wait();
            nint count = LibC.Read(_master, buffer, (nuint)buffer.Length);
            _reading.Release();
            if (count > 0)
            {
                Append(buffer.AsSpan(0, (int)count));
            }
        }
    }

    private void Append(ReadOnlySpan<byte> output)
    {
        lock (_gate)
        {
            _output.AddRange(output);
            _grown.SetResult();
            _grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private sealed class Resumption(PseudoTerminal terminal) : IDisposable
    {
        public void Dispose() => terminal._reading.Release();
    }
}
