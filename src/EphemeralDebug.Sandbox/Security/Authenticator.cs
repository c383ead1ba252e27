using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Security;

/// <summary>Tells who a request comes from: by client certificate, else by bearer token, else anonymous.</summary>
internal sealed class Authenticator(CertificateAuthority authority)
{
    private const string CredentialId = "authentication.kubernetes.io/credential-id";
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";
    private const string BearerPrefix = "Bearer ";

    private readonly ConcurrentDictionary<string, UserInfo> _byToken = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, UserInfo?> _byThumbprint = new(StringComparer.Ordinal);

    /// <summary>Makes a token for a user. It is the only copy outside this object.</summary>
    public string IssueToken(SandboxUser user)
    {
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        _byToken[token] = new UserInfo(user.Username, Guid.NewGuid().ToString(), user.Groups)
        {
            Extra = SingleExtra(CredentialId, $"JTI={Guid.NewGuid()}"),
        };
        return token;
    }

    /// <summary>The user; null when there is a credential that nobody has issued.</summary>
    public UserInfo? Authenticate(HttpContext context)
    {
        bool failed = false;
        if (context.Connection.ClientCertificate is { } certificate)
        {
            if (_byThumbprint.GetOrAdd(certificate.Thumbprint, _ => ReadCertificate(certificate)) is { } user)
            {
                return user;
            }

            failed = true;
        }

        string authorization = context.Request.Headers.Authorization.ToString();
        if (authorization.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase) && authorization[BearerPrefix.Length..].Trim() is { Length: > 0 } token)
        {
            return _byToken.GetValueOrDefault(token);
        }

        return failed ? null : UserInfo.Anonymous;
    }

    private UserInfo? ReadCertificate(X509Certificate2 certificate)
    {
        if (!authority.Issued(certificate))
        {
            return null;
        }

        X500RelativeDistinguishedName[] parts = [.. certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false)];
        IEnumerable<string> Values(string type) => parts
            .Where(part => part.GetSingleElementType().Value == type)
            .Select(part => part.GetSingleElementValue())
            .OfType<string>();
        return new UserInfo(Values(CommonName).FirstOrDefault() ?? "", "", [.. Values(Organization), UserInfo.Authenticated])
        {
            Extra = SingleExtra(CredentialId, $"X509SHA256={certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant()}"),
        };
    }

    private static Dictionary<string, IReadOnlyList<string>> SingleExtra(string key, string value) =>
        new(StringComparer.Ordinal) { [key] = [value] };
}
