"""The steps of Jenkins and its usual plugins, by what becomes of them here.

A name that is in none of these, and that the file does not define, is a step of a shared library
or of a rare plugin: what it does is not to be known. Source: Jenkins documentation, "Pipeline Steps
Reference".
"""

from __future__ import annotations

from readiness.facts.words import word_set

ACTIONS = word_set("""
    acsDeploy anchore ansiblePlaybook ansibleTower aquaMicroscanner archive archiveArtifacts
    awsCodeBuild azureFunctionAppPublish azureWebAppPublish build-discarder cfnUpdate
    cfnUpdateStackSet cloudFoundryDeploy cobertura codecov createGitHubRelease dependencyCheck
    dependencyCheckPublisher deploy discordSend ecsDeploy emailext githubNotify
    googlechatnotification hipchatSend jacoco kubernetesApply kubernetesDeploy mail mattermostSend
    neuvector nexusArtifactUploader nexusPublisher octopusCreateRelease octopusDeployRelease
    office365ConnectorSend openshiftBuild openshiftDeploy openshiftVerifyDeployment
    prismaCloudScanImage publishChecks publishCoverage pushToCloudFoundry recordCoverage
    recordIssues rocketSend rtPublishBuildInfo rtUpload s3Upload slackSend slackUploadFile
    snykSecurity sshPublisher step telegramSend twistlockScan updateGitlabCommitStatus
    waitForQualityGate withSonarQubeEnv zapPublisher
    """)
"""Steps that do something of their own: they become building blocks, ``jenkins:NAME``."""

QUIET = word_set("""
    aborted acceptGitLabMR addBadge addGitLabMRComment addInfoBadge addShortText agent allOf always
    ansiColor any anyOf artifactPromotion assert authenticationToken authorizationMatrix axes axis
    bat batch beforeAgent beforeInput beforeOptions blueOceanView booleanParam booleanParameter
    branch breakpoint browserstack buildDescription buildDiscarder buildingTag buildName catchError
    changed changelog changeRequest changeset checkout checkoutToSubdirectory choice choiceParam
    cleanup cleanWs codeCoverage collectEnv compareVersions configFile configFileProvider container
    containerLog containerTemplate copyArtifactPermission copyArtifacts credentials cron culprits
    currentNamespace customWorkspace deleteDir developers dir disableConcurrentBuilds disableResume
    docker dockerfile dockerFingerprintFrom dockerImage dockerNode durabilityHint echo
    emailextrecipients emptyDirVolume env environment envVar envVars equals error evaluate exclude
    excludes expression extendedChoice failFast failure file fileExists fileLoader findBuildScans
    findFiles fingerprint fixed format gatlingArchive gatlingCheck GenericTrigger genericTrigger
    getContext getDatabaseConnection git githubProjectProperty githubPullRequests githubPush gitlab
    gitlabBuilds gitlabCommitStatus gitLabConnection gitParameter gitUsernamePassword hash
    hiddenParam hostPathVolume httpRequest image inheritFrom input issueCommentTrigger isUnix it
    javadoc jdk jiraAddComment jiraComment jiraSendBuildInfo jobDsl junit kubeconfigFile kubernetes
    kubernetesEngine label lib libraries library listView load lock log logRotator logstashSend
    magic makeDir matrix maven memoryRequest mergeRequest milestone mstest name newBuildInfo
    newBuildInfoRequest node nodejs nodeNames not notBuilt nunit options overrideIndexTriggers
    parallel parallelsAlwaysFailFast parameterizedCron parameters password passwordParam passwordVar
    perfReport persistentVolumeClaim pipeline pipelineTriggers plot podTemplate pollSCM pom post
    powershell preserveStashes print printf println properties publishHTML publishTestResults pwd
    pwsh quietPeriod rateLimitBuilds readCSV readFile readJSON readManifest readMavenPom
    readProperties readTOML readTrusted readYaml registerWebhook regression requestor resolveScm
    resourceRequestCpu retry return robot rtBuildInfo rtGradleResolver rtMavenDeployer
    rtMavenResolver rtServer run runParam rvm scm scmSkip script secretEnvVar secretVolume
    sendGitlabStatus serviceAccount setGitHubPullRequestStatus sh sha1 sha256 silentResponse
    skipDefaultCheckout skipStagesAfterUnstable sleep sprintf ssh sshagent sshCommand sshGet sshPut
    sshRemove sshScript sshUserPrivateKey stage stages stash steps string stringParam subversion
    success super svn tag tar tee testNG text textParam this throttle throttleConcurrentBuilds
    throttleJobProperty timeout timestamps tm toInteger tool tools toString touch triggeredBy
    triggerRemoteJob triggers trim unarchive unstable unstash unsuccessful untar unzip upstream
    upstreamDevelopers usernameColonPassword usernamePassword usernameVariable valgrind
    validateDeclarativePipeline verifySha1 volumes waitForBuild waitForWebhook waitUntil warnError
    warnings warnings-ng when withAnt withAWS withChecks withContext withCoverityEnv withCredentials
    withDockerContainer withDockerRegistry withDockerServer withEnv withEnvVars withFileParameter
    withGradle withGroovy withKubeConfig withKubeCredentials withMaven withNPM withPythonEnv
    withRegistry withServer withTool withVault withXvfb wrap writeCSV writeFile writeJSON
    writeMavenPom writeTOML writeYaml ws xcodebuild xUnit xunit xvfb xvnc yaml yamlFile zapAttack
    zapStart zip
    """)
"""Known steps, and words of directives, that only prepare, wait, report or hold others."""

OBJECTS = word_set("""
    Arrays binding Boolean Calendar Collections currentBuild Date docker env groovy hudson Integer
    it java Jenkins jenkins JSONObject manager Math params Paths pipeline scm script steps String
    System this Thread
    """)
"""Names that are there in every pipeline; calls of what they offer are no library's."""
