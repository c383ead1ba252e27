namespace EphemeralDebug.Configuration.Credentials;

/// <summary>Gives the credential for a request; safe to call from many threads.</summary>
internal interface ICredentialSource
{
    /// <summary>What kind of credential it is, in words and without a secret.</summary>
    string Description { get; }

    /// <summary>The credential to use now.</summary>
    /// <exception cref="ConfigurationException">It cannot be obtained.</exception>
    ValueTask<Credential> GetAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Says that the server answered 401 to <paramref name="rejected"/>. The next <see cref="GetAsync"/> gives a new
    /// one where there can be one.
    /// </summary>
    void Invalidate(Credential rejected);
}
