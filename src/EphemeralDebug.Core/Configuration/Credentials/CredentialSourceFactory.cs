using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EphemeralDebug.Configuration.Credentials;

/// <summary>Makes the source of a validated user's credentials, in client-go's order of precedence.</summary>
internal sealed class CredentialSourceFactory(
    ConfigurationRequest request,
    UserEntry user,
    ClusterEntry cluster,
    IConfigurationEnvironment environment,
    TimeProvider time)
{
    // Half of what the kubelet leaves between renewing a service account's token and its end.
    private static readonly TimeSpan FileLifetime = TimeSpan.FromMinutes(1);

    /// <summary>The source, and the setting and file that it comes from.</summary>
    public (ICredentialSource Source, string Origin, string? File) Create()
    {
        if (request.Token is not null || request.Certificate is not null)
        {
            return FromParameters();
        }

        if (user.AuthProvider is { } provider)
        {
            throw RemovedAuthProvider(provider);
        }

        // A version that is not supported is an error even where a token makes the program needless.
        ExecApiVersion? version = user.Exec is { } configured ? Version(configured) : null;
        CachedValue<string>? authorization = Authorization(out string kind, out string field);
        CachedValue<ClientCertificate>? certificate = Certificate();
        string? file = user.File.Length == 0 ? null : user.File;
        if (authorization is null && certificate is null)
        {
            return user.Exec is { } exec
                ? (Exec(exec, version!.Value), user.SettingName("exec"), file)
                : (FixedCredentialSource.Anonymous, user.Location, file);
        }

        string certificateField = user.ClientCertificate is null ? "client-certificate-data" : "client-certificate";
        (string description, string origin) = (authorization, certificate) switch
        {
            (null, _) => ("client certificate", certificateField),
            (_, null) => (kind, field),
            _ => ($"client certificate and {kind}", $"{certificateField}, {field}"),
        };
        return (new UserCredentialSource(description, authorization, certificate), user.SettingName(origin), file);
    }

    private (ICredentialSource Source, string Origin, string? File) FromParameters()
    {
        string? header = request.Token is { } token
            ? AuthorizationHeader.Bearer(token) ?? throw InvalidToken("Token", file: null)
            : null;
        X509Certificate2? certificate = request.Certificate;
        if (certificate is { HasPrivateKey: false })
        {
            throw new ConfigurationException(
                ConfigurationError.InvalidSetting,
                "The client certificate has no private key.",
                "Give one whose key this user may use.",
                setting: "Certificate");
        }

        string description = (header, certificate) switch
        {
            (null, _) => "client certificate",
            (_, null) => "token",
            _ => "client certificate and token",
        };
        var credential = new Credential(header, certificate is null ? null : new ClientCertificate(certificate, []));
        return (new FixedCredentialSource(credential, description), $"parameter {description}", null);
    }

    private CachedValue<string>? Authorization(out string kind, out string field)
    {
        if (user.TokenFile is { } path)
        {
            if (user.Username is not null)
            {
                throw user.Invalid("tokenFile", "is set together with username", "Remove one of them.");
            }

            (kind, field) = ("token file", "tokenFile");
            return TokenFile(user.Resolve(path));
        }

        if (user.Token is { } token)
        {
            (kind, field) = ("token", "token");
            string setting = user.SettingName("token");
            return Constant(AuthorizationHeader.Bearer(token) ?? throw InvalidToken(setting, user.File));
        }

        (kind, field) = ("user name and password", "username");
        return user.Username is null ? null : Constant(AuthorizationHeader.Basic(user.Username, user.Password));
    }

    // The file counts more than the token beside it, which serves until the file can be read.
    private CachedValue<string> TokenFile(string path)
    {
        string setting = user.SettingName("tokenFile");
        string? initial = user.Token is { } token ? AuthorizationHeader.Bearer(token) : null;
        var value = new CachedValue<string>(Read, time, FileLifetime, initial);
        value.Get();
        return value;

        string Read()
        {
            byte[] content = ReferencedFile.Read(environment, path, "token file", setting);
            return AuthorizationHeader.Bearer(Encoding.UTF8.GetString(content).Trim())
                ?? throw InvalidToken(setting, path);
        }
    }

    private CachedValue<ClientCertificate>? Certificate()
    {
        if (!user.HasCertificate)
        {
            return null;
        }

        bool isFile = user.ClientCertificate is not null || user.ClientKey is not null;
        return new CachedValue<ClientCertificate>(
            new ClientCertificateFiles(user, environment).Read, time, isFile ? FileLifetime : TimeSpan.MaxValue);
    }

    private ExecApiVersion Version(ExecEntry exec) => ExecApiVersion.Parse(exec.ApiVersion) ?? throw user.Invalid(
        "exec.apiVersion",
        $"is '{ControlCharacters.MakeVisible(exec.ApiVersion ?? "")}', which is not supported",
        $"Use {ExecApiVersion.V1} or {ExecApiVersion.V1Beta1}; the program may need an update.");

    private ExecCredentialSource Exec(ExecEntry exec, ExecApiVersion version)
    {
        string command = exec.Command!;
        bool isPath = command.Contains('/') || (environment.IsWindows && command.Contains('\\'));
        var program = new CredentialProgram
        {
            Name = command,
            Command = isPath ? user.Resolve(command) : command,
            Arguments = exec.Arguments,
            Variables = exec.Environment,
            InstallHint = ControlCharacters.MakeVisible(exec.InstallHint ?? ""),
            WorkingDirectory = request.WorkingDirectory,
            Timeout = request.CredentialTimeout,
            Message = request.CredentialMessage,
            File = user.File,
            Setting = user.SettingName("exec"),
            Environment = environment,
            Time = time,
        };
        return new ExecCredentialSource(
            program,
            version,
            ExecInteractiveMode.Parse(exec)!.Value,
            request.AllowInteraction && environment.HasTerminal,
            exec.ProvideClusterInfo ? ExecClusterInfo.From(cluster, environment) : null);
    }

    private CachedValue<string> Constant(string value) => new(() => value, time, TimeSpan.MaxValue);

    private static ConfigurationException InvalidToken(string setting, string? file) => new(
        ConfigurationError.CredentialFailed,
        $"The token of {setting} is empty or has characters that a token cannot have.",
        "Obtain a new one.",
        string.IsNullOrEmpty(file) ? null : file,
        setting);

    private ConfigurationException RemovedAuthProvider(string name)
    {
        string replacement = name switch
        {
            "gcp" => "gke-gcloud-auth-plugin (run 'gcloud components install gke-gcloud-auth-plugin' and "
                + "'gcloud container clusters get-credentials')",
            "azure" => "kubelogin (https://github.com/Azure/kubelogin, 'kubelogin convert-kubeconfig')",
            "oidc" => "kubectl oidc-login (https://github.com/int128/kubelogin)",
            _ => "the one of your provider",
        };
        return user.Invalid(
            "auth-provider",
            $"names the auth provider '{ControlCharacters.MakeVisible(name)}'; those were replaced by credential programs",
            $"Use an exec entry instead, with {replacement}.");
    }
}
