namespace EphemeralDebug.Configuration.Credentials;

/// <summary>A credential that never changes.</summary>
internal sealed class FixedCredentialSource(Credential credential, string description) : ICredentialSource
{
    public static FixedCredentialSource Anonymous { get; } = new(Credential.Anonymous, "none");

    public string Description => description;

    public ValueTask<Credential> GetAsync(CancellationToken cancellationToken) => ValueTask.FromResult(credential);

    public void Invalidate(Credential rejected)
    {
        // There is no other.
    }
}
