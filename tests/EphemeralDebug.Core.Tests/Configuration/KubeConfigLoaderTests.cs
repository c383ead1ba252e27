using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using EphemeralDebug.Configuration;

namespace EphemeralDebug.Tests.Configuration;

public sealed class KubeConfigLoaderTests : IDisposable
{
    private const string Cluster = """{"server":"https://one.example:6443"}""";
    private const string ServiceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount/";
    private readonly TestFolder _folder = new();
    private readonly TestEnvironment _environment = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_explicit_path_is_read_alone()
    {
        _environment.Variables["KUBECONFIG"] = _folder.WriteKubeConfig(Cluster, "{}", "other");
        _folder.WriteKubeConfig("""{"server":"https://two.example"}""", "{}");

        Assert.Equal("https://two.example/", Load(new() { KubeConfigPath = "config" }).Server.ToString());
    }

    [Fact]
    public void An_explicit_path_that_is_missing_is_an_error()
    {
        ConfigurationException e = Fails(new() { KubeConfigPath = "nope" }, ConfigurationError.FileNotFound);

        Assert.Equal(_folder.File("nope"), e.File);
    }

    [Fact]
    public void A_folder_in_place_of_a_file_is_an_error() =>
        Fails(new() { KubeConfigPath = _folder.Path }, ConfigurationError.FileUnreadable);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("# only a comment\n")]
    [InlineData("{}")]
    public void A_file_that_says_nothing_is_an_error(string content)
    {
        _folder.Write("config", content);

        Fails(new() { KubeConfigPath = "config" }, ConfigurationError.Empty);
    }

    [Theory]
    [InlineData("a: [\n")]
    [InlineData("- a\n")]
    [InlineData("hello")]
    [InlineData("kind: Pod\n")]
    [InlineData("apiVersion: v2\n")]
    [InlineData("contexts: {}\n")]
    [InlineData("clusters: [{cluster: {insecure-skip-tls-verify: 'true'}}]\n")]
    [InlineData("users: [{name: unused, user: {token: 12345}}]\n")]
    public void A_file_that_is_no_kubeconfig_is_an_error(string content)
    {
        string path = _folder.Write("config", content);

        Assert.Equal(path, Fails(new() { KubeConfigPath = path }, ConfigurationError.Malformed).File);
    }

    [Fact]
    public void Files_in_the_variable_are_read_once_and_missing_ones_are_passed_over()
    {
        string path = _folder.WriteKubeConfig(Cluster, "{}");
        _environment.Variables["KUBECONFIG"] =
            string.Join(Path.PathSeparator, "", _folder.File("missing"), path, "config", path);

        Assert.Equal("c", Load(new()).ContextName);
    }

    [Fact]
    public void All_files_of_the_variable_missing_is_an_error_that_names_it()
    {
        _environment.Variables["KUBECONFIG"] = _folder.File("missing");

        Assert.Equal("KUBECONFIG", Fails(new(), ConfigurationError.FileNotFound).Setting);
    }

    [Fact]
    public void The_file_in_the_home_folder_is_the_last_resort()
    {
        _environment.Variables["HOME"] = _folder.Path;
        _folder.WriteKubeConfig(Cluster, "{}", ".kube/config");

        Assert.Equal("c", Load(new()).ContextName);
    }

    [Theory]
    [InlineData("@home", "@drive@path", "@profile", "@profile", "@profile")]
    [InlineData("@home", "@drive@path", "@profile", "@home", "@home")]
    [InlineData("@home", "@drive@path", "@profile", null, "@home")]
    [InlineData(null, "@drive@path", "@profile", null, "@profile")]
    [InlineData(null, "@drive@path", null, null, "@drive@path")]
    public void On_Windows_the_home_folder_is_the_one_that_has_a_kubeconfig_or_else_exists(
        string? home, string? drivePath, string? profile, string? withFile, string expected)
    {
        var environment = new TestEnvironment { IsWindows = true };
        Set("HOME", home);
        Set("HOMEDRIVE", drivePath is null ? null : "@drive");
        Set("HOMEPATH", drivePath is null ? null : "@path");
        Set("USERPROFILE", profile);
        if (withFile is not null)
        {
            environment.Files[Path.Join(withFile, ".kube", "config")] = "{}";
        }

        Assert.Equal([Path.Join(expected, ".kube", "config")], KubeConfigLocations.Find(new(), environment));

        void Set(string name, string? value)
        {
            if (value is not null)
            {
                environment.Variables[name] = value;
                environment.Folders.Add(value);
            }
        }
    }

    [Fact]
    public void On_Windows_the_variable_is_split_at_semicolons_and_may_be_quoted()
    {
        var environment = new TestEnvironment { IsWindows = true };
        environment.Variables["KUBECONFIG"] = "a;\"b\";;a";
        var request = new ConfigurationRequest { WorkingDirectory = _folder.Path };

        Assert.Equal([_folder.File("a"), _folder.File("b")], KubeConfigLocations.Find(request, environment));
    }

    [Fact]
    public void A_context_cluster_user_and_namespace_can_be_chosen()
    {
        _folder.Write("config", """
            current-context: one
            contexts:
            - {name: one, context: {cluster: k1, user: u1, namespace: n1}}
            - {name: two, context: {cluster: k2, user: u2, namespace: n2}}
            clusters:
            - {name: k1, cluster: {server: 'https://k1.example'}}
            - {name: k2, cluster: {server: 'https://k2.example'}}
            users:
            - {name: u1, user: {token: t1}}
            - {name: u2, user: {token: t2}}
            """);
        var request = new ConfigurationRequest { KubeConfigPath = "config" };

        Assert.Equal(("k1", "u1", "n1"), Names(request));
        Assert.Equal(("k2", "u2", "n2"), Names(request with { Context = "two" }));
        Assert.Equal(("k2", "u1", "x"), Names(request with { Cluster = "k2", Namespace = "x" }));
        Assert.Equal(("k1", "u2", "n1"), Names(request with { User = "u2" }));

        (string?, string?, string) Names(ConfigurationRequest r)
        {
            ClusterConfiguration loaded = Load(r);
            return (loaded.ClusterName, loaded.UserName, loaded.Namespace);
        }
    }

    [Theory]
    [InlineData("Context", ConfigurationError.ContextNotFound)]
    [InlineData("Cluster", ConfigurationError.ContextIncomplete)]
    [InlineData("User", ConfigurationError.ContextIncomplete)]
    public void A_name_that_is_asked_for_and_not_defined_is_an_error(string parameter, ConfigurationError error)
    {
        var request = new ConfigurationRequest { KubeConfigPath = _folder.WriteKubeConfig(Cluster, "{}") };

        ConfigurationException e = Fails(
            parameter switch
            {
                "Context" => request with { Context = "C" },
                "Cluster" => request with { Cluster = "K" },
                _ => request with { User = "U" },
            },
            error);

        Assert.Equal(parameter, e.Setting);
    }

    [Fact]
    public void No_current_context_is_an_error_that_lists_the_contexts()
    {
        _folder.Write("config", "contexts: [{name: a, context: {}}, {name: b, context: {}}]");

        ConfigurationException e = Fails(new() { KubeConfigPath = "config" }, ConfigurationError.ContextNotFound);

        Assert.Contains("a, b", e.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_that_is_not_defined_means_no_credentials_and_a_warning()
    {
        _folder.Write(
            "config", "{current-context: c, contexts: [{name: c, context: {cluster: k, user: nope}}], "
            + "clusters: [{name: k, cluster: {server: 'https://one.example'}}]}");

        ClusterConfiguration loaded = Load(new() { KubeConfigPath = "config" });

        Assert.Equal("none", loaded.Authentication);
        Assert.Contains("nope", Assert.Single(loaded.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Relative_paths_belong_to_the_file_that_defines_the_entry()
    {
        _folder.Write("x/config", "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]");
        _folder.Write("y/token", "from-y");
        _folder.WriteKubeConfig(Cluster, """{"tokenFile":"token"}""", "y/config");
        _environment.Variables["KUBECONFIG"] =
            string.Join(Path.PathSeparator, _folder.File("x/config"), _folder.File("y/config"));

        SettingOrigin origin = Load(new()).Origins.Single(o => o.Setting == "Authentication");

        Assert.Equal(("users[u].user.tokenFile", _folder.File("y/config")), (origin.Source, origin.File));
    }

    [Fact]
    public void Each_setting_says_where_it_came_from()
    {
        string path = _folder.WriteKubeConfig(
            """{"server":"https://one.example","insecure-skip-tls-verify":true,"proxy-url":"http://u:pw@proxy:1"}""",
            """{"token":"secret"}""");

        ClusterConfiguration loaded = Load(new() { KubeConfigPath = path, Namespace = "n" });

        Assert.Equal(
            [
                ("Authentication", "users[u].user.token", path),
                ("ContextName", "current-context", path),
                ("InsecureSkipTlsVerify", "clusters[k].cluster.insecure-skip-tls-verify", path),
                ("Namespace", "parameter Namespace", null),
                ("Proxy", "clusters[k].cluster.proxy-url", path),
                ("Server", "clusters[k].cluster.server", path),
            ],
            loaded.Origins.Select(o => (o.Setting, o.Source, o.File)).Order());
    }

    [Fact]
    public void Nothing_that_is_shown_contains_a_secret()
    {
        string path = _folder.WriteKubeConfig(
            """{"server":"https://one.example","proxy-url":"http://u:secret@proxy:1"}""", """{"token":"secret"}""");
        var request = new ConfigurationRequest { KubeConfigPath = path };

        ClusterConfiguration loaded = Load(request);

        Assert.DoesNotContain("secret", loaded.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", string.Join(' ', loaded.Origins), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", (request with { Token = "secret" }).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unverified_server_is_warned_of()
    {
        string path = _folder.WriteKubeConfig(
            """{"server":"https://one.example","insecure-skip-tls-verify":true}""", "{}");

        Assert.Contains(
            "not verified", Assert.Single(Load(new() { KubeConfigPath = path }).Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Credentials_are_withheld_over_plain_http_with_a_warning()
    {
        string path = _folder.WriteKubeConfig(
            """{"server":"http://127.0.0.1:1"}""",
            """{"exec":{"apiVersion":"client.authentication.k8s.io/v1","command":"no-such","interactiveMode":"Never"}}""");

        ClusterConfiguration loaded = Load(new() { KubeConfigPath = path });

        Assert.Equal("none", loaded.Authentication);
        Assert.Contains("withheld", Assert.Single(loaded.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gcp", "gke-gcloud-auth-plugin")]
    [InlineData("azure", "kubelogin")]
    [InlineData("oidc", "oidc-login")]
    [InlineData("other", "your provider")]
    public void An_auth_provider_is_an_error_that_says_what_replaced_it(string name, string replacement)
    {
        string path = _folder.WriteKubeConfig(Cluster, $$"""{ "auth-provider": { "name": "{{name}}" } }""");

        ConfigurationException e = Fails(new() { KubeConfigPath = path }, ConfigurationError.InvalidSetting);

        Assert.Contains(replacement, e.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-8")]
    public void A_byte_order_mark_says_the_encoding(string name)
    {
        Encoding encoding = Encoding.GetEncoding(name);
        string text = File.ReadAllText(_folder.WriteKubeConfig(Cluster, "{}"));
        _folder.Write("marked", [.. encoding.GetPreamble(), .. encoding.GetBytes(text)]);

        Assert.Equal("c", Load(new() { KubeConfigPath = "marked" }).ContextName);
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_an_error()
    {
        _folder.Write("config", [0x61, 0x3A, 0x20, 0xFF]);

        Fails(new() { KubeConfigPath = "config" }, ConfigurationError.Malformed);
    }

    [Fact]
    public void A_flow_mapping_that_begins_like_json_is_read_as_yaml()
    {
        _folder.Write("config", "{current-context: c, contexts: [{name: c, context: {cluster: k}}], "
            + "clusters: [{name: k, cluster: {server: 'https://one.example'}}],}");

        Assert.Equal("c", Load(new() { KubeConfigPath = "config" }).ContextName);
    }

    [Fact]
    public void A_json_kubeconfig_needs_no_yaml_library()
    {
        // A copy of the assembly without the folder that the YAML library is loaded from.
        string copy = _folder.File("EphemeralDebug.Core.dll");
        File.Copy(typeof(KubeConfigLoader).Assembly.Location, copy);
        var context = new AssemblyLoadContext("copy");
        Assembly assembly = context.LoadFromStream(new MemoryStream(File.ReadAllBytes(copy)));
        object loader = Activator.CreateInstance(assembly.GetType(typeof(KubeConfigLoader).FullName!)!)!;
        string json = _folder.WriteKubeConfig(Cluster, "{}");
        string yaml = _folder.Write("yaml", "current-context: c\n");

        object loaded = LoadWith(loader, json);

        Assert.Equal("c", loaded.GetType().GetProperty("ContextName")!.GetValue(loaded));
        Assert.ThrowsAny<TargetInvocationException>(() => LoadWith(loader, yaml));
    }

    [Fact]
    public void Reading_changes_no_file_and_leaves_none_behind()
    {
        string path = _folder.WriteKubeConfig(Cluster, """{"tokenFile":"token"}""");
        _folder.Write("token", "t");
        DateTime written = File.GetLastWriteTimeUtc(path);
        File.SetAttributes(path, FileAttributes.ReadOnly);

        Load(new() { KubeConfigPath = path });

        File.SetAttributes(path, FileAttributes.Normal);
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder.Path).Length);
    }

    [Fact]
    public void Without_a_kubeconfig_a_pod_uses_its_service_account()
    {
        InPod();

        ClusterConfiguration loaded = Load(new());

        Assert.Equal("https://[fd00::1]/", loaded.Server.ToString());
        Assert.Equal(("from-file", "token file"), (loaded.Namespace, loaded.Authentication));
        Assert.NotNull(loaded.CertificateAuthorities);
    }

    [Fact]
    public void A_kubeconfig_counts_more_than_a_pods_service_account()
    {
        InPod();
        _environment.Variables["KUBECONFIG"] = _folder.WriteKubeConfig(Cluster, "{}");

        Assert.Equal("one.example", Load(new()).Server.Host);
        Assert.Equal("[fd00::1]", Load(new() { InCluster = true }).Server.Host);
    }

    [Fact]
    public void The_pods_namespace_may_come_from_its_environment()
    {
        InPod();
        _environment.Variables["POD_NAMESPACE"] = "from-variable";

        Assert.Equal("from-variable", Load(new()).Namespace);
    }

    [Fact]
    public void A_service_account_without_a_certificate_authority_is_warned_of()
    {
        InPod();
        _environment.Files.Remove($"{ServiceAccountFolder}ca.crt");

        ClusterConfiguration loaded = Load(new());

        Assert.Null(loaded.CertificateAuthorities);
        Assert.Single(loaded.Warnings);
    }

    [Fact]
    public void The_service_account_outside_of_a_pod_is_an_error() =>
        Fails(new() { InCluster = true }, ConfigurationError.NotInCluster);

    [Fact]
    public void A_server_that_is_named_needs_no_kubeconfig()
    {
        _environment.Variables["KUBECONFIG"] = _folder.Write("config", "not: [yaml");

        ClusterConfiguration loaded = Load(new() { Server = "https://one.example/prefix", Token = "t" });

        Assert.Equal(("https://one.example/prefix/", "token"), (loaded.Server.ToString(), loaded.Authentication));
    }

    [Fact]
    public void A_token_that_is_given_takes_the_place_of_the_users_credentials()
    {
        string path = _folder.WriteKubeConfig(Cluster, """{"username":"a","password":"b"}""");

        Assert.Equal("token", Load(new() { KubeConfigPath = path, Token = "t" }).Authentication);
    }

    [Theory]
    [InlineData("""{"as-uid":"1"}""")]
    [InlineData("""{"as-groups":["a"]}""")]
    [InlineData("""{"as-user-extra":{"a":["b"]}}""")]
    [InlineData("""{"as":"a\nb"}""")]
    public void Impersonation_that_cannot_be_sent_whole_is_an_error(string user)
    {
        string path = _folder.WriteKubeConfig(Cluster, user);

        Fails(new() { KubeConfigPath = path }, ConfigurationError.InvalidSetting);
    }

    [Theory]
    [InlineData("https://h:6443", "https://h:6443/")]
    [InlineData("https://h:6443/a/b?x=1#y", "https://h:6443/a/b/")]
    [InlineData("h:8080", "http://h:8080/")]
    [InlineData("localhost", "http://localhost/")]
    [InlineData("https://[::1]:6443", "https://[::1]:6443/")]
    [InlineData("h:8080/path", null)]
    [InlineData("ftp://h", null)]
    [InlineData("https://", null)]
    [InlineData("https://user:pw@h", null)]
    public void A_servers_address_is_read_as_client_go_reads_it(string address, string? expected)
    {
        string path = _folder.WriteKubeConfig($$"""{"server":"{{address}}"}""", "{}");
        var request = new ConfigurationRequest { KubeConfigPath = path };

        if (expected is null)
        {
            Assert.Equal("clusters[k].cluster.server", Fails(request, ConfigurationError.InvalidSetting).Setting);
        }
        else
        {
            Assert.Equal(expected, Load(request).Server.ToString());
        }
    }

    [Theory]
    [InlineData("ftp://proxy:1")]
    [InlineData("proxy:1")]
    [InlineData("socks4://proxy:1")]
    public void A_proxy_of_another_kind_is_an_error(string proxy)
    {
        string path = _folder.WriteKubeConfig($$"""{"server":"https://h","proxy-url":"{{proxy}}"}""", "{}");

        Fails(new() { KubeConfigPath = path }, ConfigurationError.InvalidSetting);
    }

    private static object LoadWith(object loader, string path)
    {
        Assembly assembly = loader.GetType().Assembly;
        Type type = assembly.GetType(typeof(ConfigurationRequest).FullName!)!;
        object request = Activator.CreateInstance(type)!;
        type.GetProperty("KubeConfigPath")!.SetValue(request, path);
        return loader.GetType().GetMethod("Load")!.Invoke(loader, [request])!;
    }

    private void InPod()
    {
        _environment.Variables["KUBERNETES_SERVICE_HOST"] = "fd00::1";
        _environment.Variables["KUBERNETES_SERVICE_PORT"] = "443";
        _environment.Variables["HOME"] = _folder.Path;
        _environment.Files[$"{ServiceAccountFolder}token"] = "t";
        _environment.Files[$"{ServiceAccountFolder}namespace"] = "from-file\n";
        _environment.Files[$"{ServiceAccountFolder}ca.crt"] = TestCertificates.Instance.Pem("ca.crt");
    }

    private ClusterConfiguration Load(ConfigurationRequest request) =>
        new KubeConfigLoader(_environment, TimeProvider.System).Load(request with { WorkingDirectory = _folder.Path });

    private ConfigurationException Fails(ConfigurationRequest request, ConfigurationError error)
    {
        ConfigurationException e = Assert.Throws<ConfigurationException>(() => Load(request));
        Assert.Equal(error, e.Error);
        return e;
    }
}
