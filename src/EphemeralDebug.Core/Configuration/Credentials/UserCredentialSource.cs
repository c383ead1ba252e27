namespace EphemeralDebug.Configuration.Credentials;

/// <summary>The header and the certificate of a kubeconfig's user, either of which may come from files.</summary>
internal sealed class UserCredentialSource(
    string description, CachedValue<string>? authorization, CachedValue<ClientCertificate>? certificate)
    : ICredentialSource
{
    private Credential _current = Credential.Anonymous;

    public string Description => description;

    public ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        var credential = new Credential(authorization?.Get(), certificate?.Get());
        Credential current = Volatile.Read(ref _current);
        if (!credential.IsSameAs(current))
        {
            Volatile.Write(ref _current, current = credential);
        }

        return ValueTask.FromResult(current);
    }

    public void Invalidate(Credential rejected)
    {
        if (ReferenceEquals(rejected, Volatile.Read(ref _current)))
        {
            authorization?.Invalidate();
            certificate?.Invalidate();
        }
    }
}
