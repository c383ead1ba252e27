using EphemeralDebug.FeatureGates;

namespace EphemeralDebug.Core.Tests.FeatureGates;

public sealed class StaticPodTests
{
    [Theory]
    [InlineData("    - --feature-gates=A=true,B=false # gates\n", "    - --feature-gates=A=true,B=false,EphemeralContainers=true # gates\n")]
    [InlineData("    - '--feature-gates=A=true'\n", "    - '--feature-gates=A=true,EphemeralContainers=true'\n")]
    [InlineData("    - \"--feature-gates=A=true\"\n", "    - \"--feature-gates=A=true,EphemeralContainers=true\"\n")]
    [InlineData("    - --feature-gates=\n", "    - --feature-gates=EphemeralContainers=true\n")]
    [InlineData("    - --feature-gates=A=true,\n", "    - --feature-gates=A=true,EphemeralContainers=true\n")]
    [InlineData("    - --feature-gates\n    - A=true\n", "    - --feature-gates\n    - A=true,EphemeralContainers=true\n")]
    [InlineData("    - --feature_gates=A=true\n", "    - --feature_gates=A=true,EphemeralContainers=true\n")]
    [InlineData("    - --feature-gates=EphemeralContainers=false,B=true\n", "    - --feature-gates=EphemeralContainers=true,B=true\n")]
    [InlineData("    - --feature-gates=B=true, EphemeralContainers = F\n", "    - --feature-gates=B=true, EphemeralContainers = true\n")]
    [InlineData("    - --feature-gates=A=true\n    - --feature-gates=B=true\n", "    - --feature-gates=A=true\n    - --feature-gates=B=true,EphemeralContainers=true\n")]
    [InlineData("    - --feature-gates=EphemeralContainers=true\n    - --feature-gates=EphemeralContainers=false\n", "    - --feature-gates=EphemeralContainers=true\n    - --feature-gates=EphemeralContainers=true\n")]
    [InlineData("    - \"--feature-gates=A=\\u0074rue,EphemeralContainers=false\"\n", "    - \"--feature-gates=A=\\u0074rue,EphemeralContainers=true\"\n")]
    [InlineData("    - --v=2\n    # end\n", "    - --v=2\n    - --feature-gates=EphemeralContainers=true\n    # end\n")]
    [InlineData("    -   \"--v=2\" # loud\n", "    -   \"--v=2\" # loud\n    -   \"--feature-gates=EphemeralContainers=true\"\n")]
    [InlineData("    - --v\n    - \"2\"\n", "    - --v\n    - \"2\"\n    - \"--feature-gates=EphemeralContainers=true\"\n")]
    public void The_gate_is_merged_into_the_command(string before, string after) =>
        Assert.Equal(Manifest(after), GateEditing.Set(Manifest(before)));

    [Theory]
    [InlineData("command: [kube-apiserver, --v=2]", "command: [kube-apiserver, --v=2, --feature-gates=EphemeralContainers=true]")]
    [InlineData("command: [kube-apiserver, --feature-gates=A=true]", "command: [kube-apiserver, \"--feature-gates=A=true,EphemeralContainers=true\"]")]
    [InlineData("command: [kube-apiserver]\n    args: [\"--v=2\"]", "command: [kube-apiserver]\n    args: [\"--v=2\", \"--feature-gates=EphemeralContainers=true\"]")]
    [InlineData("command: [kube-apiserver]\n    args: []", "command: [kube-apiserver, --feature-gates=EphemeralContainers=true]\n    args: []")]
    [InlineData("command: [/hyperkube]\n    args: [apiserver, --v=2]", "command: [/hyperkube]\n    args: [apiserver, --v=2, --feature-gates=EphemeralContainers=true]")]
    [InlineData("command: [kube-apiserver, --feature-gates]\n    args: [A=true]", "command: [kube-apiserver, --feature-gates]\n    args: [\"A=true,EphemeralContainers=true\"]")]
    [InlineData("command: [\n      \"kube-apiserver\",\n      \"--v=2\"\n    ]", "command: [\n      \"kube-apiserver\",\n      \"--v=2\",\n      \"--feature-gates=EphemeralContainers=true\"\n    ]")]
    public void The_gate_is_added_where_the_flags_are(string before, string after) =>
        Assert.Equal(Container(after), GateEditing.Set(Container(before)));

    [Theory]
    [InlineData("kube-apiserver", FeatureGateFileKind.ApiServerManifest)]
    [InlineData("kube-scheduler", FeatureGateFileKind.SchedulerManifest)]
    [InlineData("/usr/local/bin/kube-scheduler", FeatureGateFileKind.SchedulerManifest)]
    public void The_component_is_known_by_its_program(string program, FeatureGateFileKind kind) =>
        Assert.Equal(kind, GateEditing.Read(Manifest("", program)).Kind);

    [Fact]
    public void A_pod_of_another_component_is_none_of_the_files() =>
        Assert.Null(FeatureGateText.Read(Manifest("", "etcd").Replace("kube-apiserver", "etcd", StringComparison.Ordinal), GateEditing.Gate));

    [Theory]
    [InlineData("    - --feature-gates=nonsense\n", "line 8, column 7: 'nonsense' in --feature-gates is not of the form Name=true")]
    [InlineData("    - --feature-gates=EphemeralContainers=maybe\n", "line 8, column 7: 'maybe' in --feature-gates is neither true nor false")]
    [InlineData("    - |\n      --feature-gates=A=true\n", "line 8, column 7: a block scalar can't be edited")]
    [InlineData("    - --\n    - x\n", "line 8, column 7: what follows a bare -- is no flag any more")]
    [InlineData("    - >-\n      --v=2\n", "line 8, column 7: an item can't be added after this one")]
    public void What_cannot_be_edited_is_refused_with_the_place(string flags, string message) =>
        Assert.StartsWith(message, Assert.Throws<FormatException>(() => GateEditing.Set(Manifest(flags))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("command: [sh, -c, kube-apiserver --v=2]", "the component is started by a shell script")]
    [InlineData("command: &c [kube-apiserver]\n    args: *c", "the container's args is given twice, or stands for what is written elsewhere")]
    [InlineData("command: [\"kube-apiserver\"]\n    command: [kube-apiserver]", "the container's command is given twice")]
    [InlineData("name: kube-apiserver2", "the container has neither command nor args")]
    public void A_container_that_cannot_be_edited_is_refused(string container, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => GateEditing.Set(Container(container))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("k8s.gcr.io/kube-apiserver:v1.20.15", "1.20")]
    [InlineData("registry.example:5000/kube-apiserver:v1.22.0-eks-1@sha256:00", "1.22")]
    [InlineData("registry.example:5000/kube-apiserver", null)]
    [InlineData("kube-apiserver:latest", null)]
    public void The_version_is_that_of_the_images_tag(string image, string? version) => Assert.Equal(
        version, GateEditing.Read(Manifest("").Replace("k8s.gcr.io/kube-apiserver:v1.20.15", image, StringComparison.Ordinal)).Version?.ToString());

    private static string Manifest(string flags, string program = "kube-apiserver") =>
        $"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: k8s.gcr.io/kube-apiserver:v1.20.15\n    command:\n    - {program}\n{flags}    livenessProbe: {{failureThreshold: 8}}\n    name: {(program.Contains('/', StringComparison.Ordinal) ? "x" : program)}\nstatus: {{}}\n";

    private static string Container(string fields) =>
        $"kind: Pod\nspec:\n  containers:\n  - image: kube-apiserver\n    {fields}\n    tty: false\n";
}
