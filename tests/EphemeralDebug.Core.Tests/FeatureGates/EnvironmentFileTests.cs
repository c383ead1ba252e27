using EphemeralDebug.FeatureGates;

namespace EphemeralDebug.Core.Tests.FeatureGates;

public sealed class EnvironmentFileTests
{
    [Theory]
    [InlineData("KUBELET_EXTRA_ARGS=\n", "KUBELET_EXTRA_ARGS=--feature-gates=EphemeralContainers=true\n")]
    [InlineData("KUBELET_EXTRA_ARGS=", "KUBELET_EXTRA_ARGS=--feature-gates=EphemeralContainers=true")]
    [InlineData("KUBELET_EXTRA_ARGS=\"\"\n", "KUBELET_EXTRA_ARGS=\"--feature-gates=EphemeralContainers=true\"\n")]
    [InlineData("KUBELET_EXTRA_ARGS=\"--v=2\"\n", "KUBELET_EXTRA_ARGS=\"--v=2 --feature-gates=EphemeralContainers=true\"\n")]
    [InlineData("KUBELET_EXTRA_ARGS=\"--v=2 \"\n", "KUBELET_EXTRA_ARGS=\"--v=2 --feature-gates=EphemeralContainers=true\"\n")]
    [InlineData("KUBELET_EXTRA_ARGS='--v=2'  \r\n", "KUBELET_EXTRA_ARGS='--v=2 --feature-gates=EphemeralContainers=true'  \r\n")]
    [InlineData("KUBELET_EXTRA_ARGS=--v=2\n", "KUBELET_EXTRA_ARGS=\"--v=2 --feature-gates=EphemeralContainers=true\"\n")]
    [InlineData("KUBELET_EXTRA_ARGS=--v=2 --x=$Y  \n", "KUBELET_EXTRA_ARGS=--v=2 --x=$Y --feature-gates=EphemeralContainers=true  \n")]
    [InlineData("KUBELET_EXTRA_ARGS=--v=2 \\\n  --x=1 \\\n  --y\n", "KUBELET_EXTRA_ARGS=--v=2 \\\n  --x=1 \\\n  --y --feature-gates=EphemeralContainers=true\n")]
    [InlineData("KUBELET_EXTRA_ARGS=\"--v=2 \\\n  --x=1\"\n", "KUBELET_EXTRA_ARGS=\"--v=2 \\\n  --x=1 --feature-gates=EphemeralContainers=true\"\n")]
    [InlineData("KUBELET_EXTRA_ARGS=\"--v=2\n--x=1\"\n", "KUBELET_EXTRA_ARGS=\"--v=2\n--x=1 --feature-gates=EphemeralContainers=true\"\n")]
    [InlineData("KUBELET_EXTRA_ARGS=\"--a=\\\"b c\\\"\"\n", "KUBELET_EXTRA_ARGS=\"--a=\\\"b c\\\" --feature-gates=EphemeralContainers=true\"\n")]
    [InlineData("KUBELET_EXTRA_ARGS=\"--a\"' --b'\n", "KUBELET_EXTRA_ARGS=\"--a\"' --b --feature-gates=EphemeralContainers=true'\n")]
    public void The_flag_is_added_to_the_variable(string before, string after) => Assert.Equal(after, GateEditing.Set(before));

    [Theory]
    [InlineData("KUBELET_EXTRA_ARGS=\"--feature-gates=A=true --v=2\"\n", "KUBELET_EXTRA_ARGS=\"--feature-gates=A=true,EphemeralContainers=true --v=2\"\n")]
    [InlineData("KUBELET_EXTRA_ARGS=--feature-gates=A=true\n", "KUBELET_EXTRA_ARGS=--feature-gates=A=true,EphemeralContainers=true\n")]
    [InlineData("KUBELET_EXTRA_ARGS=\"--feature-gates A=true --v=2\"\n", "KUBELET_EXTRA_ARGS=\"--feature-gates A=true,EphemeralContainers=true --v=2\"\n")]
    [InlineData("KUBELET_EXTRA_ARGS=\"--feature-gates='A=true' --v=2\"\n", "KUBELET_EXTRA_ARGS=\"--feature-gates='A=true,EphemeralContainers=true' --v=2\"\n")]
    [InlineData("KUBELET_EXTRA_ARGS=\"--feature-gates=\\\"A=true\\\"\"\n", "KUBELET_EXTRA_ARGS=\"--feature-gates=\\\"A=true,EphemeralContainers=true\\\"\"\n")]
    [InlineData("KUBELET_EXTRA_ARGS='--feature-gates=\"\"'\n", "KUBELET_EXTRA_ARGS='--feature-gates=\"EphemeralContainers=true\"'\n")]
    [InlineData("KUBELET_EXTRA_ARGS=\"--feature-gates=EphemeralContainers=false,B=true\"\n", "KUBELET_EXTRA_ARGS=\"--feature-gates=EphemeralContainers=true,B=true\"\n")]
    [InlineData("KUBELET_EXTRA_ARGS=\"--feature-gates=A=true --feature-gates=B=true\"\n", "KUBELET_EXTRA_ARGS=\"--feature-gates=A=true --feature-gates=B=true,EphemeralContainers=true\"\n")]
    [InlineData("KUBELET_KUBEADM_ARGS=\"--network-plugin=cni\"\n", "KUBELET_KUBEADM_ARGS=\"--network-plugin=cni --feature-gates=EphemeralContainers=true\"\n")]
    [InlineData("KUBELET_EXTRA_ARGS=\"--v=2\"\nKUBELET_KUBEADM_ARGS=\"--x\"\n", "KUBELET_EXTRA_ARGS=\"--v=2 --feature-gates=EphemeralContainers=true\"\nKUBELET_KUBEADM_ARGS=\"--x\"\n")]
    [InlineData("KUBELET_EXTRA_ARGS=\"--v=2\"\nKUBELET_KUBEADM_ARGS=\"--feature-gates=A=true\"\n", "KUBELET_EXTRA_ARGS=\"--v=2\"\nKUBELET_KUBEADM_ARGS=\"--feature-gates=A=true,EphemeralContainers=true\"\n")]
    [InlineData("KUBELET_EXTRA_ARGS=--a\nKUBELET_EXTRA_ARGS=--b\n", "KUBELET_EXTRA_ARGS=--a\nKUBELET_EXTRA_ARGS=\"--b --feature-gates=EphemeralContainers=true\"\n")]
    [InlineData("# c\n; KUBELET_EXTRA_ARGS=--old\n\n  KUBELET_EXTRA_ARGS=\"\"\nOTHER='a b'\nPATH=/bin\n", "# c\n; KUBELET_EXTRA_ARGS=--old\n\n  KUBELET_EXTRA_ARGS=\"--feature-gates=EphemeralContainers=true\"\nOTHER='a b'\nPATH=/bin\n")]
    public void The_gate_is_merged_where_it_counts(string before, string after) => Assert.Equal(after, GateEditing.Set(before));

    [Theory]
    [InlineData("KUBELET_EXTRA_ARGS=\"--a\nB=1\n", "line 1, column 20: this quote is never closed")]
    [InlineData("KUBELET_EXTRA_ARGS=--a\nexport X=1\n", "line 2, column 1: this is no assignment of a variable")]
    [InlineData("KUBELET_EXTRA_ARGS=--a\nrm -rf x\n", "line 2, column 1: this is no assignment of a variable")]
    [InlineData("KUBELET_EXTRA_ARGS=--a\n# c \\\nB=1\n", "line 2, column 5: a comment ends with a backslash")]
    [InlineData("KUBELET_EXTRA_ARGS= # none\n", "line 1, column 21: to systemd this is the variable's value, and no comment")]
    [InlineData("KUBELET_EXTRA_ARGS=\"--a='b\"\n", "line 1, column 1: the quote ' is never closed")]
    [InlineData("KUBELET_EXTRA_ARGS=--feature-gates=x\n", "line 1, column 1: 'x' in --feature-gates is not of the form Name=true")]
    [InlineData("KUBELET_EXTRA_ARGS=--a\\", "line 1, column 23: nothing follows this backslash")]
    public void What_cannot_be_read_is_refused_with_the_place(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<FormatException>(() => GateEditing.Set(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("PATH=/bin\n")]
    [InlineData("hello")]
    [InlineData("- a\n- b\n")]
    [InlineData("kind: ConfigMap\n")]
    [InlineData("{\"kind\": \"Pod\"}")]
    public void Other_files_are_not_taken_for_one(string text) => Assert.Null(FeatureGateText.Read(text, GateEditing.Gate));
}
