using System.Security.Cryptography;

namespace EphemeralDebug.Configuration.Credentials;

/// <summary>The client certificate of a kubeconfig's user, read again when its files may have been replaced.</summary>
internal sealed class ClientCertificateFiles(UserEntry user, IConfigurationEnvironment environment)
{
    private byte[]? _certificatePem;
    private byte[]? _keyPem;
    private ClientCertificate? _current;

    /// <summary>The PEM text of the certificate and of its key.</summary>
    public static (byte[] Certificate, byte[] Key) ReadPem(UserEntry user, IConfigurationEnvironment environment) => (
        Pem(user, environment, "client-certificate", user.ClientCertificate, user.ClientCertificateData),
        Pem(user, environment, "client-key", user.ClientKey, user.ClientKeyData));

    /// <summary>The certificate; the same object as before as long as the content is the same.</summary>
    public ClientCertificate Read()
    {
        (byte[] certificate, byte[] key) = ReadPem(user, environment);
        if (_current is null || !certificate.AsSpan().SequenceEqual(_certificatePem) || !key.AsSpan().SequenceEqual(_keyPem))
        {
            _current = Parse(certificate, key);
            (_certificatePem, _keyPem) = (certificate, key);
        }

        return _current;
    }

    private static byte[] Pem(
        UserEntry user, IConfigurationEnvironment environment, string field, string? path, byte[]? data) =>
        path is null
            ? data!
            : ReferencedFile.Read(environment, user.Resolve(path), $"{field} file", user.SettingName(field));

    private ClientCertificate Parse(byte[] certificate, byte[] key)
    {
        try
        {
            return ClientCertificate.FromPem(certificate, key);
        }
        catch (CryptographicException e)
        {
            // The exception's own text can quote nothing of the key: it names what is missing or does not match.
            throw new ConfigurationException(
                ConfigurationError.CredentialFailed,
                $"The client certificate of {user.Location} cannot be used: {e.Message}",
                "Give a certificate in PEM form and its RSA or EC key, not encrypted.",
                user.File,
                user.SettingName(user.ClientCertificate is null ? "client-certificate-data" : "client-certificate"),
                e);
        }
    }
}
