namespace EphemeralDebug.Configuration.Credentials;

/// <summary>What a request authenticates with: a header, a client certificate, both, or nothing.</summary>
internal sealed class Credential(string? authorization, ClientCertificate? certificate)
{
    public static Credential Anonymous { get; } = new(null, null);

    /// <summary>The value of the Authorization header. Secret.</summary>
    public string? Authorization { get; } = authorization;

    public ClientCertificate? Certificate { get; } = certificate;

    /// <summary>Whether the server would see no difference.</summary>
    public bool IsSameAs(Credential other) =>
        Authorization == other.Authorization && ClientCertificate.AreSame(Certificate, other.Certificate);
}
