using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace EphemeralDebug.Sandbox.Faults.Connections;

/// <summary>
/// A connection that can be cut: what was written before goes out, nothing after it does. Aborting a connection instead
/// would lose an unknown part of what was written.
/// </summary>
internal sealed class CuttableTransport : IDuplexPipe
{
    private readonly CuttableWriter _output;

    private CuttableTransport(IDuplexPipe transport)
    {
        Input = transport.Input;
        _output = new CuttableWriter(transport.Output);
    }

    public PipeReader Input { get; }

    public PipeWriter Output => _output;

    public bool IsCut => _output.IsCut;

    /// <summary>Middleware of the connection, to be used below TLS: makes it one that can be cut.</summary>
    public static Func<ConnectionDelegate, ConnectionDelegate> Middleware => next => connection =>
    {
        var transport = new CuttableTransport(connection.Transport);
        connection.Transport = transport;
        connection.Features.Set(transport);
        return next(connection);
    };

    public void Cut() => _output.Cut();

    /// <summary>Passes everything on until it is cut; then the inner writer is completed, and the rest goes nowhere.</summary>
    private sealed class CuttableWriter(PipeWriter inner) : PipeWriter
    {
        private static readonly FlushResult Ended = new(isCanceled: false, isCompleted: true);

        private readonly Lock _gate = new();
        private byte[] _nowhere = [];
        private bool _writing;
        private bool _completed;

        public bool IsCut { get; private set; }

        public void Cut()
        {
            lock (_gate)
            {
                IsCut = true;
                CompleteInner(null);
            }
        }

        public override Memory<byte> GetMemory(int sizeHint = 0)
        {
            lock (_gate)
            {
                _writing = true;
                return _completed ? Nowhere(sizeHint) : inner.GetMemory(sizeHint);
            }
        }

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes)
        {
            lock (_gate)
            {
                if (!_completed)
                {
                    inner.Advance(bytes);
                }
            }
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            lock (_gate)
            {
                _writing = false;
                if (_completed)
                {
                    return ValueTask.FromResult(Ended);
                }

                ValueTask<FlushResult> flushed = inner.FlushAsync(cancellationToken);
                if (IsCut)
                {
                    CompleteInner(null);
                }

                return flushed;
            }
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null)
        {
            lock (_gate)
            {
                _writing = false;
                CompleteInner(exception);
            }
        }

        /// <summary>What is being written into the inner writer's memory is finished first.</summary>
        private void CompleteInner(Exception? exception)
        {
            if (!_completed && !_writing)
            {
                _completed = true;
                inner.Complete(exception);
            }
        }

        private byte[] Nowhere(int sizeHint)
        {
            if (_nowhere.Length < Math.Max(sizeHint, 1))
            {
                _nowhere = new byte[Math.Max(sizeHint, 4096)];
            }

            return _nowhere;
        }
    }
}
