using System.Text.Json;

namespace EphemeralDebug.Configuration.Credentials;

/// <summary>What a credential program is told of the cluster when <c>provideClusterInfo</c> is set.</summary>
internal sealed record ExecClusterInfo
{
    public required string Server { get; init; }

    public string? TlsServerName { get; init; }

    public bool InsecureSkipTlsVerify { get; init; }

    public byte[]? CertificateAuthorityData { get; init; }

    public string? ProxyUrl { get; init; }

    public bool DisableCompression { get; init; }

    public JsonElement? Config { get; init; }

    public static ExecClusterInfo From(ClusterEntry cluster, IConfigurationEnvironment environment) => new()
    {
        Server = WithoutQuery(cluster.Server!),
        TlsServerName = cluster.TlsServerName,
        InsecureSkipTlsVerify = cluster.InsecureSkipTlsVerify,
        CertificateAuthorityData = cluster.CertificateAuthority is { } path
            ? ReferencedFile.Read(
                environment,
                cluster.Resolve(path),
                "certificate authority file",
                cluster.SettingName("certificate-authority"))
            : cluster.CertificateAuthorityData,
        ProxyUrl = cluster.ProxyUrl,
        DisableCompression = cluster.DisableCompression,
        Config = cluster.ExecConfig,
    };

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("server", Server);
        WriteText(writer, "tls-server-name", TlsServerName);
        WriteFlag(writer, "insecure-skip-tls-verify", InsecureSkipTlsVerify);
        if (CertificateAuthorityData is { Length: > 0 } data)
        {
            writer.WriteBase64String("certificate-authority-data", data);
        }

        WriteText(writer, "proxy-url", ProxyUrl);
        WriteFlag(writer, "disable-compression", DisableCompression);
        writer.WritePropertyName("config");
        if (Config is { } config)
        {
            config.WriteTo(writer);
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WriteEndObject();
    }

    private static string WithoutQuery(string server)
    {
        int end = server.AsSpan().IndexOfAny('?', '#');
        return end < 0 ? server : server[..end];
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            writer.WriteString(name, value);
        }
    }

    private static void WriteFlag(Utf8JsonWriter writer, string name, bool value)
    {
        if (value)
        {
            writer.WriteBoolean(name, value);
        }
    }
}
