using EphemeralDebug.Sandbox.Hosting;

namespace EphemeralDebug.Sandbox.Tests.Kubectl;

/// <summary>What an unmodified kubectl asks beside running things: rights, descriptions, manifests.</summary>
public sealed class KubectlAnswerTests : IAsyncLifetime
{
    private const string Manifest = """
        apiVersion: v1
        kind: Pod
        metadata: {name: applied, labels: {tier: front}}
        spec:
          schedulerName: none
          containers:
          - {name: app, image: "busybox:1.36", ports: [{containerPort: 80}]}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("ephemeraldebug-").FullName;
    private readonly KubectlProgram _kubectl;
    private SandboxServer? _sandbox;

    public KubectlAnswerTests() => _kubectl = new KubectlProgram(_folder);

    public async Task InitializeAsync()
    {
        if (KubectlProgram.Location is null)
        {
            return;
        }

        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { Pods = DemoPod.Demonstration });
        _sandbox.WriteKubeConfig(_kubectl.KubeConfig);
    }

    public async Task DisposeAsync()
    {
        if (_sandbox is not null)
        {
            await _sandbox.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [SkippableTheory]
    [InlineData("version", "Server Version: v1.36.2")]
    [InlineData("api-resources", "pods *po *v1 *true *Pod")]
    [InlineData("get pods -o wide", "NAME *READY *STATUS *RESTARTS *AGE *IP *NODE *NOMINATED NODE *READINESS GATES")]
    [InlineData("get pod web -o yaml", "(?m)^  nodeName: sandbox-node")]
    [InlineData("get all", "pod/web")]
    [InlineData("get nodes -o wide", "sandbox-node *Ready *<none> *[0-9]+s *v1.36.2 *127.0.0.1 *<none> *Debian")]
    [InlineData("get namespaces", "kube-system *Active")]
    [InlineData("describe node sandbox-node", "Kubelet Version: *v1.36.2")]
    [InlineData("explain pod.spec.ephemeralContainers.targetContainerName", "FIELD: targetContainerName <string>")]
    [InlineData("auth whoami", "Username *admin")]
    [InlineData("auth can-i create pods --subresource=exec", "^yes")]
    [InlineData("auth can-i patch pods --subresource=ephemeralcontainers --context debugger", "^yes")]
    [InlineData("auth can-i --list --context viewer", "pods *\\[\\] *\\[\\] *\\[get list watch\\]")]
    [InlineData("run made --image=busybox", "pod/made created")]
    [InlineData("create namespace made", "namespace/made created")]
    [InlineData("label pod web tier=front", "pod/web labeled")]
    [InlineData("wait --for=condition=Ready pod/web --timeout=20s", "pod/web condition met")]
    [InlineData("debug api --image=busybox --copy-to=copied --attach=false", "Defaulting debug container name to debugger-")]
    [InlineData("debug node/sandbox-node --image=busybox --attach=false", "Creating debugging pod node-debugger-sandbox-node-")]
    public async Task Kubectl_succeeds(string arguments, string expected)
    {
        ProgramResult result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Matches(expected, result.Output + result.Errors);
    }

    [SkippableTheory]
    [InlineData("get pods --context viewer -n kube-system", "Error from server \\(Forbidden\\): pods is forbidden: User \"system:serviceaccount:default:viewer\" cannot list resource \"pods\"")]
    [InlineData("delete pod web --context viewer", "Error from server \\(Forbidden\\)")]
    [InlineData("auth can-i create pods --subresource=exec --context viewer", "^no")]
    [InlineData("debug web --image=busybox --target=none --attach=false", "spec.ephemeralContainers\\[0\\].targetContainerName: Not found: \"none\"")]
    public async Task Kubectl_is_told_why_it_cannot(string arguments, string expected)
    {
        ProgramResult result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Matches(expected, result.Output + result.Errors);
    }

    [SkippableTheory]
    [InlineData("apply -f -")]
    [InlineData("apply --server-side -f -")]
    public async Task A_manifest_that_is_applied_again_changes_nothing(string arguments)
    {
        const string version = "get pod applied -o jsonpath={.metadata.resourceVersion}";
        Assert.Equal(0, (await RunAsync(arguments, Manifest)).ExitCode);
        string before = (await RunAsync(version)).Output;
        Assert.NotEmpty(before);
        Assert.Equal(0, (await RunAsync(arguments, Manifest)).ExitCode);
        Assert.Equal(before, (await RunAsync(version)).Output);
    }

    [SkippableFact]
    public async Task A_manifest_with_an_unknown_field_is_refused()
    {
        ProgramResult result = await RunAsync("create -f -", Manifest.Replace("image:", "imagee:", StringComparison.Ordinal));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("unknown field \"spec.containers[0].imagee\"", result.Errors, StringComparison.Ordinal);
    }

    private Task<ProgramResult> RunAsync(string arguments, string input = "")
    {
        Skip.If(KubectlProgram.Location is null, "kubectl is not on the PATH.");
        return _kubectl.RunAsync(arguments.Split(' '), input);
    }
}
