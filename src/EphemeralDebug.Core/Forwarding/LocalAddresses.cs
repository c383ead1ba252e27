using System.Net;

namespace EphemeralDebug.Forwarding;

/// <summary>The addresses of this machine to listen on.</summary>
internal static class LocalAddresses
{
    /// <summary>What <c>localhost</c> stands for: programs try one or the other first.</summary>
    private static readonly IPAddress[] s_localhost = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>Reads addresses, each an IP address or <c>localhost</c>.</summary>
    /// <exception cref="EphemeralDebugException">One is neither.</exception>
    public static IReadOnlyList<IPAddress> Parse(IEnumerable<string> texts) => [.. texts.SelectMany(Parse).Distinct()];

    /// <summary>Whether other machines may reach it.</summary>
    public static bool IsReachable(IPAddress address) => !IPAddress.IsLoopback(address);

    private static IPAddress[] Parse(string text) => text.Trim() switch
    {
        var name when string.Equals(name, "localhost", StringComparison.OrdinalIgnoreCase) => s_localhost,
        var ip when IPAddress.TryParse(ip.AsSpan().Trim("[]"), out IPAddress? address) && IsWhole(ip) => [address],
        _ => throw ForwardErrors.InvalidAddress(text),
    };

    // A single number is an IPv4 address to the parser, and a port that went astray to people.
    private static bool IsWhole(string ip) => ip.Contains('.', StringComparison.Ordinal) || ip.Contains(':', StringComparison.Ordinal);
}
