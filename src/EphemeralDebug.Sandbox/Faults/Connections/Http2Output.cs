using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace EphemeralDebug.Sandbox.Faults.Connections;

/// <summary>
/// Follows the frames (RFC 9113, section 4.1) that go out over an HTTP/2 connection. To flush an answer says only that
/// it was handed over to the connection, which writes it when its turn comes.
/// </summary>
internal sealed class Http2Output : PipeWriter
{
    private const int FrameHeaderLength = 9;
    private const byte DataFrame = 0;
    private const byte HeadersFrame = 1;
    private const byte ContinuationFrame = 9;
    private const byte EndHeaders = 4;

    private readonly PipeWriter _inner;
    private readonly ConcurrentDictionary<int, Progress> _followed = new();
    private readonly byte[] _header = new byte[FrameHeaderLength];
    private int _headerLength;
    private int _payloadLeft;
    private Memory<byte> _written;

    private Http2Output(PipeWriter inner) => _inner = inner;

    /// <summary>Middleware of the connection, to be used above TLS: follows what goes out where HTTP/2 is spoken.</summary>
    public static Func<ConnectionDelegate, ConnectionDelegate> Middleware => next => connection =>
    {
        if (connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol.Span.SequenceEqual("h2"u8) == true)
        {
            var output = new Http2Output(connection.Transport.Output);
            connection.Transport = new Transport(connection.Transport.Input, output);
            connection.Features.Set(output);
        }

        return next(connection);
    };

    /// <summary>Waits until an answer's headers, and so many bytes of its body, have been written to the connection.</summary>
    public async Task WaitAsync(int stream, long length, CancellationToken cancellationToken) =>
        await _followed[stream].ReachedAsync(length).WaitAsync(cancellationToken);

    /// <summary>Counts what is written of an answer from now on; must be called before any of it is.</summary>
    public void Follow(int stream) => _followed[stream] = new Progress();

    public void Unfollow(int stream) => _followed.TryRemove(stream, out _);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _written = _inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        Read(_written.Span[..bytes]);
        _written = _written[bytes..];
        _inner.Advance(bytes);
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        FlushResult result = await _inner.FlushAsync(cancellationToken);
        foreach (Progress progress in _followed.Values)
        {
            progress.Tell();
        }

        return result;
    }

    public override void CancelPendingFlush() => _inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => _inner.Complete(exception);

    private void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int taken;
            if (_payloadLeft > 0)
            {
                taken = Math.Min(_payloadLeft, bytes.Length);
                _payloadLeft -= taken;
                CountPayload(taken);
            }
            else
            {
                taken = Math.Min(FrameHeaderLength - _headerLength, bytes.Length);
                bytes[..taken].CopyTo(_header.AsSpan(_headerLength));
                _headerLength += taken;
                BeginPayload();
            }

            bytes = bytes[taken..];
        }
    }

    private void BeginPayload()
    {
        if (_headerLength == FrameHeaderLength)
        {
            _headerLength = 0;
            _payloadLeft = (_header[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(1));
        }
    }

    private void CountPayload(int length)
    {
        int stream = BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(5)) & int.MaxValue;
        if (!_followed.TryGetValue(stream, out Progress? progress))
        {
            return;
        }

        switch (_header[3])
        {
            case DataFrame:
                progress.Add(length);
                break;
            case HeadersFrame or ContinuationFrame when _payloadLeft == 0 && (_header[4] & EndHeaders) != 0:
                progress.EndHeaders();
                break;
        }
    }

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>How far an answer has come.</summary>
    private sealed class Progress
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Lock _gate = new();
        private bool _headers;
        private long _length;
        private long? _wanted;

        public void Add(int length)
        {
            lock (_gate)
            {
                _length += length;
            }
        }

        public void EndHeaders()
        {
            lock (_gate)
            {
                _headers = true;
            }
        }

        public Task ReachedAsync(long length)
        {
            lock (_gate)
            {
                _wanted = length;
            }

            Tell();
            return _reached.Task;
        }

        public void Tell()
        {
            lock (_gate)
            {
                if (_headers && _length >= _wanted)
                {
                    _reached.TrySetResult();
                }
            }
        }
    }
}
