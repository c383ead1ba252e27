using System.Globalization;
using System.Threading.Channels;

namespace EphemeralDebug.Terminal.TestHost;

/// <summary>A remote end that reports what it gets and does what the test says.</summary>
internal sealed class PlayedRemote(TestConnection test) : IRemoteTerminal
{
    private readonly Channel<byte[]> _output = Channel.CreateUnbounded<byte[]>();
    private ReadOnlyMemory<byte> _pending;

    /// <summary>From now on typed bytes are not taken.</summary>
    public bool RefusesInput { get; set; }

    /// <summary>From now on typed bytes are neither taken nor refused.</summary>
    public bool Stalls { get; set; }

    public void Print(byte[] output) => _output.Writer.TryWrite(output);

    /// <summary>Ends, or with an exception loses the connection, after everything printed before.</summary>
    public void End(Exception? error = null) => _output.Writer.TryComplete(error);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        if (RefusesInput)
        {
            test.Report("refused");
            throw new IOException("The remote end takes no input.");
        }

        test.Report("input", Convert.ToBase64String(input.Span));
        if (Stalls)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    public ValueTask ResizeAsync(TerminalSize size, CancellationToken cancellationToken)
    {
        test.Report("size", string.Create(CultureInfo.InvariantCulture, $"{size.Columns}x{size.Rows}"));
        return ValueTask.CompletedTask;
    }

    public async ValueTask<int> ReadAsync(Memory<byte> output, CancellationToken cancellationToken)
    {
        while (_pending.IsEmpty)
        {
            if (!await _output.Reader.WaitToReadAsync(cancellationToken))
            {
                return 0;
            }

            _pending = await _output.Reader.ReadAsync(cancellationToken);
        }

        int count = Math.Min(output.Length, _pending.Length);
        _pending[..count].CopyTo(output);
        _pending = _pending[count..];
        return count;
    }
}
