using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EphemeralDebug.Api;

/// <summary>Verifies a server's certificate, and says in words what is wrong with it.</summary>
internal static class ServerVerification
{
    /// <summary>Accepts the certificate.</summary>
    /// <param name="authorities">The only issuers to trust, or null for the system's.</param>
    /// <param name="hostName">The name or address that the certificate must be for.</param>
    /// <param name="certificate">The server's certificate.</param>
    /// <param name="chain">The chain that was built from it.</param>
    /// <param name="errors">What the run-time found wrong. Its judgement of the name is replaced by one that is the same
    /// on every platform and, as Go's, knows alternative names and addresses but no common name.</param>
    /// <exception cref="AuthenticationException">The certificate is not to be trusted; the message says why.</exception>
    public static bool Accept(
        X509Certificate2Collection? authorities,
        string hostName,
        X509Certificate? certificate,
        X509Chain? chain,
        SslPolicyErrors errors)
    {
        errors &= ~SslPolicyErrors.RemoteCertificateNameMismatch;
        if (certificate is X509Certificate2 server && !IsFor(server, hostName))
        {
            errors |= SslPolicyErrors.RemoteCertificateNameMismatch;
        }

        // Not every platform (Wine's does not) takes a chain without a trusted end for an error by itself.
        if (chain?.ChainStatus.Any(s => s.Status is X509ChainStatusFlags.PartialChain or X509ChainStatusFlags.UntrustedRoot) == true)
        {
            errors |= SslPolicyErrors.RemoteCertificateChainErrors;
        }

        if (errors == SslPolicyErrors.None
            || (errors == SslPolicyErrors.RemoteCertificateChainErrors && EndsAt(authorities, chain)))
        {
            return true;
        }

        throw new AuthenticationException(Describe(authorities, certificate as X509Certificate2, chain, errors));
    }

    private static bool IsFor(X509Certificate2 certificate, string hostName)
    {
        try
        {
            return certificate.MatchesHostname(hostName.Trim('[', ']').TrimEnd('.'), allowWildcards: true, allowCommonName: false);
        }
        catch (ArgumentException)
        {
            // No certificate is for what can be neither a name nor an address.
            return false;
        }
    }

    // Whatever stands in the kubeconfig is trusted, as in Go: also an intermediate certificate or the server's own.
    private static bool EndsAt(X509Certificate2Collection? authorities, X509Chain? chain)
    {
        if (authorities is null || chain is null || chain.ChainElements.Count == 0)
        {
            return false;
        }

        foreach (X509ChainStatus status in chain.ChainStatus)
        {
            if (status.Status != X509ChainStatusFlags.PartialChain)
            {
                return false;
            }
        }

        return authorities.Contains(chain.ChainElements[^1].Certificate);
    }

    private static string Describe(
        X509Certificate2Collection? authorities, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return "the server showed no certificate.";
        }

        List<string> problems = [];
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            problems.Add($"the certificate is for {Names(certificate)}");
        }

        foreach (X509ChainStatus status in chain?.ChainStatus ?? [])
        {
            problems.Add(status.Status switch
            {
                X509ChainStatusFlags.PartialChain or X509ChainStatusFlags.UntrustedRoot =>
                    $"the certificate's issuer '{certificate.Issuer}' is not among {(authorities is null ? "those that this system trusts" : "the CAs that the configuration trusts")}",
                X509ChainStatusFlags.NotTimeValid =>
                    $"a certificate is not valid now (the server's: {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u})",
                _ => status.StatusInformation.TrimEnd('.', ' '),
            });
        }

        return ControlCharacters.MakeVisible(string.Join("; ", problems.Distinct(StringComparer.Ordinal))) + ".";
    }

    private static string Names(X509Certificate2 certificate)
    {
        X509SubjectAlternativeNameExtension? names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return names is null
            ? $"'{certificate.Subject}'"
            : string.Join(", ", names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(a => a.ToString())));
    }
}
