namespace EphemeralDebug.Configuration;

/// <summary>Addresses as client-go reads them.</summary>
internal static class ServerAddress
{
    /// <summary>
    /// The address of an API server with a path that ends with a slash. Without a scheme it is plain http, and then
    /// has no path.
    /// </summary>
    public static Uri Parse(string address, string setting, string? file)
    {
        bool hasScheme = address.Contains("://", StringComparison.Ordinal);
        bool parsed = Uri.TryCreate(hasScheme ? address : $"http://{address}", UriKind.Absolute, out Uri? uri);
        if (!parsed || uri!.Host.Length == 0 || uri.Scheme is not ("http" or "https")
            || (!hasScheme && uri.AbsolutePath != "/"))
        {
            throw Invalid("is not the address of a server", "Write it as https://host:port.", setting, file);
        }

        if (uri.UserInfo.Length > 0)
        {
            throw Invalid(
                "contains a user name or password",
                "Take it out of the address; credentials belong to a user.",
                setting,
                file);
        }

        return new UriBuilder(uri)
        {
            Path = uri.AbsolutePath.TrimEnd('/') + "/",
            Query = "",
            Fragment = "",
        }.Uri;
    }

    /// <summary>The address of a proxy, user name and password included.</summary>
    public static Uri ParseProxy(string address, string setting, string? file)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri)
            || uri.Scheme is not ("http" or "https" or "socks5") || uri.Host.Length == 0)
        {
            // The address is not shown: it may contain a password.
            throw Invalid("is not the address of a proxy", "Write it as http://, https:// or socks5://.", setting, file);
        }

        return uri;
    }

    private static ConfigurationException Invalid(string problem, string remedy, string setting, string? file) => new(
        ConfigurationError.InvalidSetting,
        $"The setting {setting}{(file is null ? "" : $" in '{file}'")} {problem}.",
        remedy,
        file,
        setting);
}
