using EphemeralDebug.Configuration.Credentials;

namespace EphemeralDebug.Configuration;

/// <summary>The contradictions that client-go refuses in a kubeconfig's user, whatever the server is.</summary>
internal static class UserValidation
{
    /// <summary>Refuses a user that client-go would refuse.</summary>
    /// <exception cref="ConfigurationException">The user is contradictory, or names files that cannot be read.</exception>
    public static void Validate(UserEntry user, IConfigurationEnvironment environment)
    {
        if (user.HasBasic && user.Token is not null)
        {
            throw user.Invalid("token", "is set together with username and password", "Remove one of them.");
        }

        if (user.HasCertificate)
        {
            ValidateCertificate(user, environment);
        }

        if (user.Exec is not null)
        {
            ValidateExec(user, user.Exec);
        }
    }

    private static void ValidateCertificate(UserEntry user, IConfigurationEnvironment environment)
    {
        RejectBoth(user, "client-certificate", user.ClientCertificate, user.ClientCertificateData);
        RejectBoth(user, "client-key", user.ClientKey, user.ClientKeyData);
        if (user.ClientKey is null && user.ClientKeyData is null)
        {
            throw user.Invalid("client-key", "is missing", "A client certificate needs its private key.");
        }

        ClientCertificateFiles.ReadPem(user, environment);
    }

    private static void RejectBoth(UserEntry user, string field, string? path, byte[]? data)
    {
        if (path is not null && data is not null)
        {
            throw user.Invalid(field, $"is set together with {field}-data", "Remove one of them.");
        }
    }

    private static void ValidateExec(UserEntry user, ExecEntry exec)
    {
        if (user.AuthProvider is not null)
        {
            throw user.Invalid("auth-provider", "is set together with exec", "Remove the auth-provider.");
        }

        if (exec.Command is null)
        {
            throw user.Invalid("exec.command", "is missing", "Name the credential program.");
        }

        if (exec.ApiVersion is null)
        {
            throw user.Invalid("exec.apiVersion", "is missing", $"Set it to {ExecApiVersion.V1}.");
        }

        foreach ((string name, _) in exec.Environment)
        {
            if (name.Length == 0 || name.Contains('='))
            {
                throw user.Invalid("exec.env", "has a variable without a valid name", "Name it.");
            }
        }

        if (ExecInteractiveMode.Parse(exec) is null)
        {
            throw user.Invalid(
                "exec.interactiveMode",
                exec.InteractiveMode is null ? "is missing" : $"is '{ControlCharacters.MakeVisible(exec.InteractiveMode)}'",
                "Use Never, IfAvailable or Always.");
        }
    }
}
