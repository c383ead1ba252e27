using System.Threading.Channels;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Network;

/// <summary>A listening TCP socket.</summary>
internal sealed class Listener(NetworkNamespace network, int port, SimulatedProcess owner) : IDisposable
{
    private const int MostWaiting = 128;

    private readonly Channel<Socket> _waiting = Channel.CreateBounded<Socket>(MostWaiting);

    public int Port { get; } = port;

    /// <summary>The user that listens.</summary>
    public int UserId { get; } = owner.Credentials.UserId;

    /// <summary>Offers the server's end of a connection; false when nobody will take it.</summary>
    public bool TryOffer(Socket server) => _waiting.Writer.TryWrite(server);

    /// <summary>Waits for the next connection, until the process is killed or a signal comes that it handles; null then.</summary>
    public async Task<Socket?> AcceptAsync()
    {
        Socket? accepted = null;
        await owner.UnlessSignaledAsync(async cancellation => accepted = await _waiting.Reader.ReadAsync(cancellation));
        return accepted;
    }

    /// <summary>Stops listening: what nobody has accepted is closed.</summary>
    public void Dispose()
    {
        network.Remove(this);
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out Socket? socket))
        {
            socket.Release();
        }
    }
}
