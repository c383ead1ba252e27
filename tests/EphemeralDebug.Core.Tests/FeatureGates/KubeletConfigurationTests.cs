namespace EphemeralDebug.Core.Tests.FeatureGates;

public sealed class KubeletConfigurationTests
{
    private const string Head = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n";

    [Theory]
    [InlineData(Head, Head + "featureGates:\n  EphemeralContainers: true\n")]
    [InlineData(Head + "x: 1", "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfeatureGates:\n  EphemeralContainers: true\nx: 1")]
    [InlineData("kind: KubeletConfiguration # what it is\napiVersion: kubelet.config.k8s.io/v1beta1", "kind: KubeletConfiguration # what it is\nfeatureGates:\n  EphemeralContainers: true\napiVersion: kubelet.config.k8s.io/v1beta1")]
    [InlineData("apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration", "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfeatureGates:\n  EphemeralContainers: true")]
    public void Without_any_gates_the_field_is_added_behind_the_kind(string before, string after) =>
        Assert.Equal(after, GateEditing.Set(before));

    [Theory]
    [InlineData("featureGates:\n  A: true # a\n  # b\n", "featureGates:\n  A: true # a\n  EphemeralContainers: true\n  # b\n")]
    [InlineData("featureGates:\n    A: true\n    B: false", "featureGates:\n    A: true\n    B: false\n    EphemeralContainers: true")]
    [InlineData("featureGates: {A: true}\nx: 1\n", "featureGates: {A: true, EphemeralContainers: true}\nx: 1\n")]
    [InlineData("featureGates: {\"A\": true} # c\n", "featureGates: {\"A\": true, \"EphemeralContainers\": true} # c\n")]
    [InlineData("featureGates: {'A': true,}\n", "featureGates: {'A': true, 'EphemeralContainers': true,}\n")]
    [InlineData("featureGates: {}\n", "featureGates: {EphemeralContainers: true}\n")]
    [InlineData("featureGates: {\n  A: true,\n  B: false # last\n}\n", "featureGates: {\n  A: true,\n  B: false,\n  EphemeralContainers: true # last\n}\n")]
    [InlineData("featureGates:\nx: 1\n", "featureGates:\n  EphemeralContainers: true\nx: 1\n")]
    [InlineData("featureGates: # none\n# more\nx: 1\n", "featureGates: # none\n  EphemeralContainers: true\n# more\nx: 1\n")]
    [InlineData("featureGates: ~ # none\n", "featureGates: {EphemeralContainers: true} # none\n")]
    [InlineData("featureGates: null\n", "featureGates: {EphemeralContainers: true}\n")]
    [InlineData("featureGates: &gates\n  A: &on true\nx: *on\n", "featureGates: &gates\n  A: &on true\n  EphemeralContainers: true\nx: *on\n")]
    [InlineData("on: &on true\nfeatureGates:\n  A: *on\n", "on: &on true\nfeatureGates:\n  A: *on\n  EphemeralContainers: true\n")]
    [InlineData("base: &base {A: true}\nfeatureGates:\n  <<: *base\n", "base: &base {A: true}\nfeatureGates:\n  <<: *base\n  EphemeralContainers: true\n")]
    [InlineData("base: &base {EphemeralContainers: false}\nfeatureGates:\n  <<: *base\n", "base: &base {EphemeralContainers: false}\nfeatureGates:\n  <<: *base\n  EphemeralContainers: true\n")]
    [InlineData("\"featureGates\":\n  \"A\":   true\n", "\"featureGates\":\n  \"A\":   true\n  \"EphemeralContainers\": true\n")]
    [InlineData("featureGates: !!map\n  A: !!bool true\n", "featureGates: !!map\n  A: !!bool true\n  EphemeralContainers: true\n")]
    public void The_gate_is_merged_with_the_others(string before, string after) =>
        Assert.Equal(Head + after, GateEditing.Set(Head + before));

    [Theory]
    [InlineData("featureGates:\n  EphemeralContainers: false # off\n  B: true\n", "featureGates:\n  EphemeralContainers: true # off\n  B: true\n")]
    [InlineData("featureGates: {B: true,EphemeralContainers : no}", "featureGates: {B: true,EphemeralContainers : true}")]
    [InlineData("featureGates:\n  ? EphemeralContainers\n  : false\n", "featureGates:\n  ? EphemeralContainers\n  : true\n")]
    [InlineData("featureGates:\n  EphemeralContainers:\n    false\n", "featureGates:\n  EphemeralContainers:\n    true\n")]
    [InlineData("featureGates:\n  EphemeralContainers: &e false\n", "featureGates:\n  EphemeralContainers: &e true\n")]
    [InlineData("featureGates:\n  EphemeralContainers: !!bool false\n", "featureGates:\n  EphemeralContainers: !!bool true\n")]
    public void A_gate_that_is_there_gets_the_new_value(string before, string after) =>
        Assert.Equal(Head + after, GateEditing.Set(Head + before));

    [Theory]
    [InlineData("featureGates:\n  EphemeralContainers: true\n")]
    [InlineData("featureGates: {EphemeralContainers: yes}\n")]
    [InlineData("base: &base {EphemeralContainers: on}\nfeatureGates:\n  <<: *base\n")]
    public void A_gate_that_is_set_already_leaves_the_text_alone(string text) =>
        Assert.Equal(Head + text, GateEditing.Set(Head + text));

    [Fact]
    public void A_gate_can_be_turned_off() =>
        Assert.Equal(Head + "featureGates: {EphemeralContainers: false}\n", GateEditing.Set(Head + "featureGates: {EphemeralContainers: true}\n", value: false));

    [Fact]
    public void Line_ends_of_Windows_stay_and_are_used()
    {
        const string Before = "kind: KubeletConfiguration\r\napiVersion: kubelet.config.k8s.io/v1beta1\r\nfeatureGates:\r\n  A: true\r\nz: ü😀\r\n";
        Assert.Equal(Before.Replace("A: true\r\n", "A: true\r\n  EphemeralContainers: true\r\n", StringComparison.Ordinal), GateEditing.Set(Before));
    }

    [Fact]
    public void Of_several_documents_only_the_kubelets_changes()
    {
        const string Other = "# ü😀\napiVersion: kubeadm.k8s.io/v1beta2\nkind: ClusterConfiguration\nfeatureGates: {A: true}\n---\n";
        const string Last = "...\n---\nkind: KubeProxyConfiguration\nfeatureGates:\n  B: true\n";
        Assert.Equal(
            Other + Head + "featureGates:\n  EphemeralContainers: true\n" + Last,
            GateEditing.Set(Other + Head + Last));
    }

    [Theory]
    [InlineData(
        "{\"kind\":\"KubeletConfiguration\",\"apiVersion\":\"kubelet.config.k8s.io/v1beta1\"}",
        "{\"kind\":\"KubeletConfiguration\", \"featureGates\": {\"EphemeralContainers\": true},\"apiVersion\":\"kubelet.config.k8s.io/v1beta1\"}")]
    [InlineData(
        "{\n\t\"a\": \"\\u00fc😀ü\\/\",\n\t\"kind\": \"KubeletConfiguration\",\n\t\"apiVersion\": \"kubelet.config.k8s.io/v1beta1\",\n\t\"featureGates\": {\n\t\t\"A\": true\n\t}\n}\n",
        "{\n\t\"a\": \"\\u00fc😀ü\\/\",\n\t\"kind\": \"KubeletConfiguration\",\n\t\"apiVersion\": \"kubelet.config.k8s.io/v1beta1\",\n\t\"featureGates\": {\n\t\t\"A\": true,\n\t\t\"EphemeralContainers\": true\n\t}\n}\n")]
    [InlineData(
        "{\"apiVersion\":\"kubelet.config.k8s.io/v1beta1\",\"featureGates\":null,\"kind\":\"KubeletConfiguration\"}",
        "{\"apiVersion\":\"kubelet.config.k8s.io/v1beta1\",\"featureGates\":{\"EphemeralContainers\": true},\"kind\":\"KubeletConfiguration\"}")]
    [InlineData(
        "{\"apiVersion\":\"kubelet.config.k8s.io/v1beta1\",\"featureGates\":{},\"kind\":\"KubeletConfiguration\"}",
        "{\"apiVersion\":\"kubelet.config.k8s.io/v1beta1\",\"featureGates\":{\"EphemeralContainers\": true},\"kind\":\"KubeletConfiguration\"}")]
    [InlineData(
        "{\"apiVersion\":\"kubelet.config.k8s.io/v1beta1\",\"kind\":\"KubeletConfiguration\",\"featureGates\":{\"Ephemeral\\u0043ontainers\":false}}",
        "{\"apiVersion\":\"kubelet.config.k8s.io/v1beta1\",\"kind\":\"KubeletConfiguration\",\"featureGates\":{\"Ephemeral\\u0043ontainers\":true}}")]
    public void Json_stays_json(string before, string after)
    {
        Assert.Equal(after, GateEditing.Set(before));
        System.Text.Json.JsonDocument.Parse(after).Dispose();
    }

    [Theory]
    [InlineData("featureGates: [A]\n", "line 3, column 15: featureGates is not a mapping")]
    [InlineData("featureGates: text\n", "line 3, column 15: featureGates is not a mapping")]
    [InlineData("featureGates:\n  EphemeralContainers: \"true\"\n", "line 4, column 3: the value of featureGates.EphemeralContainers is neither true nor false")]
    [InlineData("g: &g {A: true}\nfeatureGates: *g\n", "line 4, column 15: featureGates stands for what is written elsewhere, which would change with it")]
    [InlineData("featureGates: &g {A: true}\nother: *g\n", "line 3, column 26: setting the gate here would change something else too")]
    [InlineData("off: &off false\nfeatureGates:\n  EphemeralContainers: *off\n", "line 5, column 24: the value of EphemeralContainers is written elsewhere, which would change with it")]
    [InlineData("featureGates: {A: true}\nfeatureGates: {B: true}\n", "line 4, column 1: featureGates is given twice")]
    [InlineData("featureGates:\n  EphemeralContainers: false\n  EphemeralContainers: false\n", "line 5, column 3: EphemeralContainers is given twice")]
    [InlineData("base: &b {featureGates: {A: true}}\n<<: *b\n", "line 2, column 27: setting the gate here would change something else too")]
    [InlineData("---\n" + Head, "several of its documents set feature gates; which one counts can't be told")]
    [InlineData("a: [\n", "line 4")]
    [InlineData("a: \"\\q\"\n", "line 3")]
    public void What_cannot_be_edited_is_refused_with_the_place(string rest, string message) =>
        Assert.StartsWith(message, Assert.Throws<FormatException>(() => GateEditing.Set(Head + rest)).Message, StringComparison.Ordinal);
}
