using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EphemeralDebug.Configuration.Credentials;

/// <summary>The ExecCredential objects that go to a credential program and come back from it.</summary>
internal static class ExecCredentialMessage
{
    private const string Kind = "ExecCredential";

    /// <summary>The value of KUBERNETES_EXEC_INFO.</summary>
    public static string Write(ExecApiVersion version, bool interactive, ExecClusterInfo? cluster)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", Kind);
            writer.WriteString("apiVersion", version.Name);
            writer.WriteStartObject("spec");
            if (cluster is not null)
            {
                writer.WritePropertyName("cluster");
                cluster.WriteTo(writer);
            }

            writer.WriteBoolean("interactive", interactive);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>The credential that a program printed, and when it expires.</summary>
    /// <exception cref="FormatException">It printed something else; the message quotes nothing of it.</exception>
    public static (Credential Credential, DateTimeOffset? Expires) Read(byte[] output, ExecApiVersion version)
    {
        JsonElement root;
        try
        {
            root = StructuredText.Parse(output);
        }
        catch (FormatException e)
        {
            throw new FormatException("it did not print an ExecCredential", e);
        }

        RequireKind(root, version);
        if (!root.TryGetProperty("status", out JsonElement status) || status.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("it printed an ExecCredential without a status");
        }

        string? token = Text(status, "token");
        ClientCertificate? certificate = Certificate(status);
        if (token is null && certificate is null)
        {
            throw new FormatException("it gave neither a token nor a client certificate");
        }

        string? header = token is null
            ? null
            : AuthorizationHeader.Bearer(token)
                ?? throw new FormatException("its token has characters that a token cannot have");
        return (new Credential(header, certificate), Expiration(status));
    }

    private static void RequireKind(JsonElement root, ExecApiVersion version)
    {
        if (root.ValueKind != JsonValueKind.Object || Text(root, "kind") != Kind)
        {
            throw new FormatException("it did not print an ExecCredential");
        }

        if (Text(root, "apiVersion") != version.Name)
        {
            throw new FormatException(
                $"it answered in another API version than {version.Name}, which its apiVersion setting asks for");
        }
    }

    private static ClientCertificate? Certificate(JsonElement status)
    {
        string? certificate = Text(status, "clientCertificateData");
        string? key = Text(status, "clientKeyData");
        if ((certificate is null) != (key is null))
        {
            throw new FormatException("it gave a client certificate or a key, but not both");
        }

        if (certificate is null)
        {
            return null;
        }

        try
        {
            return ClientCertificate.FromPem(Encoding.UTF8.GetBytes(certificate), Encoding.UTF8.GetBytes(key!));
        }
        catch (CryptographicException e)
        {
            throw new FormatException("it gave a client certificate and key that cannot be used together", e);
        }
    }

    private static DateTimeOffset? Expiration(JsonElement status)
    {
        if (Text(status, "expirationTimestamp") is null)
        {
            return null;
        }

        return status.GetProperty("expirationTimestamp").TryGetDateTimeOffset(out DateTimeOffset expires)
            ? expires
            : throw new FormatException("its expirationTimestamp is not a time");
    }

    private static string? Text(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            throw new FormatException($"its {name} is not text");
        }

        return value.GetString() is { Length: > 0 } text ? text : null;
    }
}
