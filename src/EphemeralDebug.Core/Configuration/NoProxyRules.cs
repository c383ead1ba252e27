using System.Globalization;
using System.Net;

namespace EphemeralDebug.Configuration;

/// <summary>
/// The hosts that are reached without a proxy: those of NO_PROXY (names with their subdomains, <c>.suffix</c>,
/// addresses, CIDR blocks, each with an optional port, or <c>*</c>) and always the loopback ones.
/// </summary>
internal sealed class NoProxyRules
{
    private readonly List<IPNetwork> _networks = [];
    private readonly List<(IPAddress Address, int? Port)> _addresses = [];
    private readonly List<(string Suffix, bool ItselfToo, int? Port)> _names = [];
    private bool _everything;

    private NoProxyRules()
    {
    }

    public static NoProxyRules Parse(string list)
    {
        var rules = new NoProxyRules();
        foreach (string entry in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            rules.Add(entry.ToLowerInvariant());
        }

        return rules;
    }

    public bool Apply(Uri destination)
    {
        string host = destination.IdnHost.ToLowerInvariant();
        bool isAddress = IPAddress.TryParse(host, out IPAddress? address);
        if (host == "localhost" || (isAddress && IPAddress.IsLoopback(address!)) || _everything)
        {
            return true;
        }

        return isAddress && MatchesAddress(address!, destination.Port) || MatchesName(host, destination.Port);
    }

    private void Add(string entry)
    {
        if (entry == "*")
        {
            _everything = true;
        }
        else if (entry.Contains('/') && IPNetwork.TryParse(entry, out IPNetwork network))
        {
            _networks.Add(network);
        }
        else
        {
            (string host, int? port) = SplitPort(entry);
            if (IPAddress.TryParse(host, out IPAddress? address))
            {
                _addresses.Add((address, port));
            }
            else if (host.Length > 0)
            {
                AddName(host, port);
            }
        }
    }

    private void AddName(string host, int? port)
    {
        string name = host.StartsWith("*.", StringComparison.Ordinal) ? host[1..] : host;
        bool itselfToo = name[0] != '.';
        _names.Add((itselfToo ? $".{name}" : name, itselfToo, port));
    }

    private static (string Host, int? Port) SplitPort(string entry)
    {
        // An address of version 6 has colons of its own, so that a port needs brackets around it.
        int colon = entry.LastIndexOf(':');
        bool hasPort = colon > 0
            && (entry.IndexOf(':', StringComparison.Ordinal) == colon || entry[colon - 1] == ']')
            && int.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _);
        string host = (hasPort ? entry[..colon] : entry).Trim('[', ']');
        return (host, hasPort ? int.Parse(entry.AsSpan(colon + 1), CultureInfo.InvariantCulture) : null);
    }

    private bool MatchesAddress(IPAddress address, int port)
    {
        foreach (IPNetwork network in _networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        foreach ((IPAddress excepted, int? exceptedPort) in _addresses)
        {
            if (excepted.Equals(address) && (exceptedPort is null || exceptedPort == port))
            {
                return true;
            }
        }

        return false;
    }

    private bool MatchesName(string host, int port)
    {
        foreach ((string suffix, bool itselfToo, int? exceptedPort) in _names)
        {
            bool matches = host.EndsWith(suffix, StringComparison.Ordinal) || (itselfToo && host == suffix[1..]);
            if (matches && (exceptedPort is null || exceptedPort == port))
            {
                return true;
            }
        }

        return false;
    }
}
