using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Network;

/// <summary>One end of a TCP connection inside the simulation.</summary>
internal sealed class Socket : OpenFile
{
    private readonly Pipe _incoming;
    private readonly Pipe _outgoing;

    private Socket(Pipe incoming, Pipe outgoing)
    {
        _incoming = incoming;
        _outgoing = outgoing;
    }

    public override string Description => "socket:[4712]";

    /// <summary>Both ends of a new connection.</summary>
    public static (Socket Client, Socket Server) CreatePair()
    {
        var toServer = new Pipe();
        var toClient = new Pipe();
        return (new Socket(toClient, toServer), new Socket(toServer, toClient));
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) =>
        _incoming.ReadAsync(buffer, cancellation);

    /// <summary>Sends to the other end.</summary>
    /// <exception cref="BrokenPipeException">The other end is closed.</exception>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        _outgoing.WriteAsync(data, cancellation);

    /// <summary>Sends no more (shutdown(2), SHUT_WR): the other end reads the end after what is on its way.</summary>
    public void ShutDownSending() => _outgoing.CloseWriter();

    protected override void Close()
    {
        _outgoing.CloseWriter();
        _incoming.CloseReader();
    }
}
