using System.Globalization;
using System.Text;
using EphemeralDebug.Sandbox.Network;

namespace EphemeralDebug.Sandbox.Files;

/// <summary>The directory <c>/proc/net</c>: the TCP sockets that processes listen on.</summary>
internal sealed class NetworkDirectory : DirectoryNode
{
    private const string Titles = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
    private const int Listening = 10;

    public NetworkDirectory(NetworkNamespace network)
    {
        Mode = 0b101_101_101;
        Put("tcp", new GeneratedFile(_ => Describe(network)));
    }

    private static byte[] Describe(NetworkNamespace network)
    {
        var text = new StringBuilder(Titles.PadRight(149)).Append('\n');
        foreach ((int index, Listener listener) in network.Listeners.Index())
        {
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"{index,4}: 00000000:{listener.Port:X4} 00000000:0000 {Listening:X2} 00000000:00000000 00:00000000 00000000 {listener.UserId,5}        0 {4712 + index} 1 0000000000000000 100 0 0 10 0");
            text.Append(line.PadRight(149)).Append('\n');
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
