<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.16-Białowieża" styleCategories="Symbology">
  <pipe-data-defined-properties>
    <Option type="Map">
      <Option type="QString" value="" name="name"/>
      <Option name="properties"/>
      <Option type="QString" value="collection" name="type"/>
    </Option>
  </pipe-data-defined-properties>
  <pipe>
    <provider>
      <resampling enabled="false" zoomedInResamplingMethod="nearestNeighbour" maxOversampling="2" zoomedOutResamplingMethod="nearestNeighbour"/>
    </provider>
    <rasterrenderer alphaBand="-1" classificationMax="0.5" type="singlebandpseudocolor" nodataColor="" band="1" classificationMin="0" opacity="1">
      <minMaxOrigin>
        <limits>None</limits>
        <extent>WholeRaster</extent>
        <statAccuracy>Estimated</statAccuracy>
        <cumulativeCutLower>0.02</cumulativeCutLower>
        <cumulativeCutUpper>0.98</cumulativeCutUpper>
        <stdDevFactor>2</stdDevFactor>
      </minMaxOrigin>
      <rastershader>
        <colorrampshader labelPrecision="6" clip="0" maximumValue="0.5" colorRampType="INTERPOLATED" minimumValue="0" classificationMode="1">
          <colorramp type="gradient" name="[source]">
            <Option type="Map">
              <Option type="QString" value="127,59,8,255" name="color1"/>
              <Option type="QString" value="20,80,125,255" name="color2"/>
              <Option type="QString" value="0" name="discrete"/>
              <Option type="QString" value="gradient" name="rampType"/>
              <Option type="QString" value="0.2;184,101,42,255:0.36;224,166,99,255:0.5;243,226,184,255:0.64;166,211,207,255:0.8;74,151,176,255" name="stops"/>
            </Option>
            <prop v="127,59,8,255" k="color1"/>
            <prop v="20,80,125,255" k="color2"/>
            <prop v="0" k="discrete"/>
            <prop v="gradient" k="rampType"/>
            <prop v="0.2;184,101,42,255:0.36;224,166,99,255:0.5;243,226,184,255:0.64;166,211,207,255:0.8;74,151,176,255" k="stops"/>
          </colorramp>
          <item alpha="255" label="0.00 m³ m⁻³" color="#7f3b08" value="0"/>
          <item alpha="255" label="0.10 m³ m⁻³" color="#b8652a" value="0.1"/>
          <item alpha="255" label="0.18 m³ m⁻³" color="#e0a663" value="0.18"/>
          <item alpha="255" label="0.25 m³ m⁻³" color="#f3e2b8" value="0.25"/>
          <item alpha="255" label="0.32 m³ m⁻³" color="#a6d3cf" value="0.32"/>
          <item alpha="255" label="0.40 m³ m⁻³" color="#4a97b0" value="0.4"/>
          <item alpha="255" label="0.50 m³ m⁻³" color="#14507d" value="0.5"/>
          <rampLegendSettings maximumLabel="" useContinuousLegend="1" suffix=" m³ m⁻³" prefix="" orientation="2" direction="0" minimumLabel="">
            <numericFormat id="basic">
              <Option type="Map">
                <Option type="QChar" value="" name="decimal_separator"/>
                <Option type="int" value="6" name="decimals"/>
                <Option type="int" value="0" name="rounding_type"/>
                <Option type="bool" value="false" name="show_plus"/>
                <Option type="bool" value="true" name="show_thousand_separator"/>
                <Option type="bool" value="false" name="show_trailing_zeros"/>
                <Option type="QChar" value="" name="thousand_separator"/>
              </Option>
            </numericFormat>
          </rampLegendSettings>
        </colorrampshader>
      </rastershader>
    </rasterrenderer>
    <brightnesscontrast contrast="0" gamma="1" brightness="0"/>
    <huesaturation colorizeGreen="128" grayscaleMode="0" invertColors="0" colorizeRed="255" colorizeOn="0" colorizeBlue="128" saturation="0" colorizeStrength="100"/>
    <rasterresampler maxOversampling="2"/>
    <resamplingStage>resamplingFilter</resamplingStage>
  </pipe>
  <blendMode>0</blendMode>
</qgis>
