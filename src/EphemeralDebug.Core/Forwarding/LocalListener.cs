using System.Net;
using System.Net.Sockets;

namespace EphemeralDebug.Forwarding;

/// <summary>Listens for TCP connections on one port of one or more addresses.</summary>
internal sealed class LocalListener : IDisposable
{
    /// <summary>How often another free port is looked for, when a port that is free on one address is not on the next.</summary>
    private const int Attempts = 20;

    /// <summary>Connections that wait to be accepted; the system's own limit may be lower.</summary>
    private const int Backlog = 128;

    private LocalListener(IReadOnlyList<Socket> sockets, SocketException? failure)
    {
        Sockets = sockets;
        PartialFailure = failure;
    }

    /// <summary>The sockets that listen, in the order of the addresses.</summary>
    public IReadOnlyList<Socket> Sockets { get; }

    /// <summary>Why one of the addresses is not listened on, or null; that a machine lacks one of localhost's is no failure.</summary>
    public SocketException? PartialFailure { get; }

    public int Port => ((IPEndPoint)Sockets[0].LocalEndPoint!).Port;

    public IEnumerable<IPAddress> Addresses => Sockets.Select(static socket => ((IPEndPoint)socket.LocalEndPoint!).Address);

    /// <summary>Starts listening, on all of the addresses that the machine has.</summary>
    /// <param name="addresses">The addresses.</param>
    /// <param name="port">The port; 0 for any that is free on all of them.</param>
    /// <exception cref="EphemeralDebugException">None of them could be listened on.</exception>
    public static LocalListener Start(IReadOnlyList<IPAddress> addresses, int port)
    {
        for (int attempt = 1; ; attempt++)
        {
            LocalListener listener = StartOnce(addresses, port);
            if (port != 0 || listener.PartialFailure?.SocketErrorCode is not SocketError.AddressAlreadyInUse || attempt == Attempts)
            {
                return listener;
            }

            listener.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (Socket socket in Sockets)
        {
            socket.Dispose();
        }
    }

    private static LocalListener StartOnce(IReadOnlyList<IPAddress> addresses, int port)
    {
        var sockets = new List<Socket>(addresses.Count);
        SocketException? failure = null;
        SocketException? first = null;
        foreach (IPAddress address in addresses)
        {
            try
            {
                sockets.Add(Listen(address, port));
                port = ((IPEndPoint)sockets[0].LocalEndPoint!).Port;
            }
            catch (SocketException exception)
            {
                first ??= exception;
                failure ??= IsAbsent(address, exception) ? null : exception;
            }
        }

        return sockets.Count > 0
            ? new LocalListener(sockets, failure)
            : throw ForwardErrors.NotListening(addresses[0], port, failure ?? first!);
    }

    private static Socket Listen(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily is AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }

            if (OperatingSystem.IsWindows())
            {
                // There, another program could otherwise take the port over.
                socket.ExclusiveAddressUse = true;
            }

            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The machine lacks one of the two addresses of localhost: many have no IPv6.</summary>
    private static bool IsAbsent(IPAddress address, SocketException exception) => IPAddress.IsLoopback(address) && exception.SocketErrorCode is
        SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable or SocketError.ProtocolNotSupported;
}
