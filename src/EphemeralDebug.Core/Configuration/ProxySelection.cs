using System.Net;

namespace EphemeralDebug.Configuration;

/// <summary>
/// Which proxy a request takes: always the configured one, or else that of HTTPS_PROXY or HTTP_PROXY, by the rules of
/// Go's httpproxy (which differ from .NET's own in case, loopback and NO_PROXY).
/// </summary>
internal sealed class ProxySelection : IWebProxy, ICredentials
{
    private readonly Uri? _forHttp;
    private readonly Uri? _forHttps;
    private readonly NoProxyRules? _exceptions;

    private ProxySelection(Uri? forHttp, Uri? forHttps, NoProxyRules? exceptions)
    {
        _forHttp = forHttp;
        _forHttps = forHttps;
        _exceptions = exceptions;
    }

    /// <summary>User names and passwords come from the proxies' addresses.</summary>
    ICredentials? IWebProxy.Credentials
    {
        get => this;
        set => throw new NotSupportedException("The credentials of a proxy come from its address.");
    }

    /// <summary>One proxy for everything, loopback included.</summary>
    public static ProxySelection Fixed(Uri proxy) => new(proxy, proxy, exceptions: null);

    /// <summary>The environment's rules, or null when it names no proxy.</summary>
    public static ProxySelection? FromEnvironment(IConfigurationEnvironment environment)
    {
        Uri? http = Proxy("HTTP_PROXY", environment);
        Uri? https = Proxy("HTTPS_PROXY", environment);
        return http is null && https is null
            ? null
            : new ProxySelection(http, https, NoProxyRules.Parse(Variable("NO_PROXY", environment) ?? ""));
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination)
    {
        Uri? proxy = destination.Scheme is "https" or "wss" ? _forHttps : _forHttp;
        return proxy is null || _exceptions?.Apply(destination) == true ? null : proxy;
    }

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => GetProxy(host) is null;

    /// <inheritdoc/>
    public NetworkCredential? GetCredential(Uri uri, string authType)
    {
        foreach (Uri? proxy in (ReadOnlySpan<Uri?>)[_forHttps, _forHttp])
        {
            if (proxy is { UserInfo.Length: > 0 } && proxy.Host == uri.Host && proxy.Port == uri.Port)
            {
                string[] parts = proxy.UserInfo.Split(':', 2);
                return new NetworkCredential(
                    Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
            }
        }

        return null;
    }

    private static Uri? Proxy(string name, IConfigurationEnvironment environment)
    {
        if (Variable(name, environment) is not { } value)
        {
            return null;
        }

        string address = value.Contains("://", StringComparison.Ordinal) ? value : $"http://{value}";
        return ServerAddress.ParseProxy(address, name, file: null);
    }

    private static string? Variable(string name, IConfigurationEnvironment environment)
    {
        if (environment.GetVariable(name) is { Length: > 0 } upper)
        {
            return upper;
        }

        return environment.GetVariable(name.ToLowerInvariant()) is { Length: > 0 } lower ? lower : null;
    }
}
