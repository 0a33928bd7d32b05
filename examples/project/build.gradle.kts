// The same application for Gradle: gradle run. It takes what ./mvnw install has put in the local Maven repository.
plugins {
    application
}

repositories {
    mavenLocal()
    mavenCentral()
}

dependencies {
    implementation(platform("io.github.java-libp2p:libp2p-bom:0.1.0-SNAPSHOT"))
    implementation("io.github.java-libp2p:libp2p")
}

java {
    toolchain { languageVersion = JavaLanguageVersion.of(25) }
}

application {
    mainClass = "example.Main"
    applicationDefaultJvmArgs = listOf("--enable-native-access=ALL-UNNAMED")
}
