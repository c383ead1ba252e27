BeforeAll {
    . $PSScriptRoot/common.ps1

    $kubelet = "apiVersion: kubelet.config.k8s.io/v1beta1`nkind: KubeletConfiguration`n"

    function New-Manifest([string] $Version = 'v1.20.15') {
        "kind: Pod`nspec:`n  containers:`n  - image: k8s.gcr.io/kube-apiserver:$Version`n    command:`n    - kube-apiserver # the API`n"
    }
}

Describe 'Set-EphemeralFeatureGate' {
    It 'sets the gate, says what it did and keeps a backup' {
        $path = New-TestFile config.yaml $kubelet
        $change = Set-EphemeralFeatureGate $path -Confirm:$false
        $change | Should -BeOfType EphemeralDebug.FeatureGateChange
        $change.Kind | Should -Be KubeletConfiguration
        $change.Gate | Should -Be EphemeralContainers
        $change.Before | Should -BeNullOrEmpty
        $change.After | Should -BeTrue
        $change.Changed | Should -BeTrue
        $change.NextStep | Should -Match 'restart'
        Get-Content $path -Raw | Should -Be ($kubelet + "featureGates:`n  EphemeralContainers: true`n")
        Get-Content $change.Backup -Raw | Should -Be $kubelet
    }

    It 'changes nothing the second time' {
        $path = New-TestFile again.yaml $kubelet
        $null = Set-EphemeralFeatureGate $path -Confirm:$false
        $written = (Get-Item $path).LastWriteTimeUtc
        $again = Set-EphemeralFeatureGate $path -Confirm:$false
        $again.Changed | Should -BeFalse
        $again.Backup | Should -BeNullOrEmpty
        (Get-Item $path).LastWriteTimeUtc | Should -Be $written
        Get-ChildItem "$path.*.bak" | Should -HaveCount 1
    }

    It 'shows the diff under -WhatIf and writes nothing' {
        $path = New-TestFile whatif.yaml $kubelet
        $text = pwsh -NoProfile -Command "Import-Module '$((Get-Module EphemeralDebug).Path)'; Set-EphemeralFeatureGate '$path' -WhatIf" | Out-String
        $text | Should -Match ([regex]::Escape('+  EphemeralContainers: true'))
        $text | Should -Match '@@ -1,2 \+1,4 @@'
        Get-Content $path -Raw | Should -Be $kubelet
        Get-ChildItem "$path.*" | Should -BeNullOrEmpty
    }

    It 'works on several files by wildcard and from the pipeline' {
        $null = New-TestFile many-1.yaml $kubelet
        $null = New-TestFile many-2.yaml (New-Manifest)
        (Set-EphemeralFeatureGate (Join-Path $TestDrive 'many-*.yaml') -Confirm:$false).Kind | Should -Be KubeletConfiguration, ApiServerManifest
        (Get-ChildItem (Join-Path $TestDrive 'many-?.yaml') | Set-EphemeralFeatureGate -Confirm:$false).Changed | Should -Be $false, $false
    }

    It 'takes a path with brackets as it is written' {
        $path = New-TestFile '[1].yaml' $kubelet
        (Set-EphemeralFeatureGate -LiteralPath $path -Confirm:$false).Changed | Should -BeTrue
    }

    It 'hides the backup of a manifest from the kubelet' {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive manifests)
        $path = Join-Path $folder kube-apiserver.yaml
        Set-Content $path (New-Manifest) -NoNewline
        $change = Set-EphemeralFeatureGate $path -Confirm:$false
        Split-Path $change.Backup -Leaf | Should -Match '^\.kube-apiserver\.yaml\.'
        Get-Content $path -Raw | Should -Match '# the API\n    - --feature-gates=EphemeralContainers=true'
    }

    It 'sets another gate, and turns gates off' {
        $path = New-TestFile other.env "KUBELET_EXTRA_ARGS=`"--v=2`"`n"
        (Set-EphemeralFeatureGate $path -Gate Other -Value $false -Confirm:$false).After | Should -BeFalse
        Get-Content $path -Raw | Should -Be "KUBELET_EXTRA_ARGS=`"--v=2 --feature-gates=Other=false`"`n"
    }

    It 'refuses a version that would not start with the gate' {
        $path = New-TestFile new.yaml (New-Manifest v1.30.1)
        $failure = Get-Failure { Set-EphemeralFeatureGate $path -Confirm:$false @args }
        $failure.FullyQualifiedErrorId | Should -BeLike 'GateNotAvailable,*'
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        Get-Content $path -Raw | Should -Be (New-Manifest v1.30.1)
    }

    It 'goes on with the other files after one that it refuses' {
        $bad = New-TestFile bad.yaml "kind: [`n"
        $good = New-TestFile good.yaml $kubelet
        $failures = $null
        $changes = $bad, (Join-Path $TestDrive missing.yaml), $good | Set-EphemeralFeatureGate -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failures
        $changes.Path | Should -Be $good
        $failures.FullyQualifiedErrorId | Should -BeLike '*,EphemeralDebug.Commands.SetEphemeralFeatureGateCommand'
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'MalformedFile,*'
        $failures[0].Exception.Message | Should -Match 'line \d+, column \d+'
        $failures[0].TargetObject | Should -Be $bad
        $failures[1].FullyQualifiedErrorId | Should -BeLike 'FileNotFound,*'
    }
}
