using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>Where a container's output goes: its log, and whoever is attached. A slow one of these slows it down.</summary>
internal sealed class ContainerOutput(ContainerLog log)
{
    private readonly Lock _gate = new();
    private readonly List<Pipe[]> _attached = [];
    private bool _completed;

    /// <summary>The file that the container's processes write to as stream 1 or 2.</summary>
    public OpenFile Open(int stream) => new OutputFile(this, stream);

    public async ValueTask WriteAsync(int stream, ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        log.Append(stream, data.Span);
        Pipe[][] attached;
        lock (_gate)
        {
            attached = [.. _attached];
        }

        foreach (Pipe[] pipes in attached)
        {
            try
            {
                await pipes[stream - 1].WriteAsync(data, cancellation);
            }
            catch (BrokenPipeException)
            {
                // This one has left.
            }
        }
    }

    /// <summary>Starts to copy output to two pipes, for streams 1 and 2, until <see cref="Detach"/>.</summary>
    public Pipe[] Attach()
    {
        Pipe[] pipes = [new Pipe(), new Pipe()];
        lock (_gate)
        {
            if (_completed)
            {
                Array.ForEach(pipes, pipe => pipe.CloseWriter());
            }
            else
            {
                _attached.Add(pipes);
            }
        }

        return pipes;
    }

    public void Detach(Pipe[] pipes)
    {
        lock (_gate)
        {
            _attached.Remove(pipes);
        }

        Array.ForEach(pipes, pipe => pipe.CloseReader());
    }

    /// <summary>The container has ended.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            foreach (Pipe[] pipes in _attached)
            {
                Array.ForEach(pipes, pipe => pipe.CloseWriter());
            }
        }

        log.Complete();
    }

    private sealed class OutputFile(ContainerOutput output, int stream) : OpenFile
    {
        public override string Description => "pipe:[4711]";

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
            output.WriteAsync(stream, data, cancellation);
    }
}
